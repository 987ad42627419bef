ALTER TABLE "sync"."alerts" ADD COLUMN "follows" text;--> statement-breakpoint
ALTER TABLE "sync"."alerts" ADD COLUMN "acknowledged_by" text;--> statement-breakpoint
ALTER TABLE "sync"."alerts" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sync"."alerts" ADD COLUMN "acknowledged_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sync"."alerts" ADD COLUMN "acknowledged_why" text;--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."follows" IS 'Key of the alert from which this one follows; it is not told by itself meanwhile.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."acknowledged_by" IS 'Who looks after it; it is not repeated meanwhile.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."acknowledged_at" IS 'When somebody said so.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."acknowledged_until" IS 'Until when that counts; null for as long as it goes on.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."acknowledged_why" IS 'Why it need not be repeated.';
