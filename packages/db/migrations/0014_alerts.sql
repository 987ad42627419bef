CREATE TABLE "sync"."alert_deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync"."alert_deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shop" text NOT NULL,
	"channel" text NOT NULL,
	"message" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "sync"."alerts" (
	"shop" text NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"severity" text NOT NULL,
	"summary" text NOT NULL,
	"cure" text NOT NULL,
	"values" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"firing_since" timestamp (3) with time zone,
	"clear_since" timestamp (3) with time zone,
	"resolved_at" timestamp (3) with time zone,
	"notifications" integer DEFAULT 0 NOT NULL,
	"notified_at" timestamp (3) with time zone,
	CONSTRAINT "alerts_pkey" PRIMARY KEY("shop","key")
);
--> statement-breakpoint
CREATE INDEX "alert_deliveries_due_idx" ON "sync"."alert_deliveries" USING btree ("shop","due_at");--> statement-breakpoint
COMMENT ON TABLE "sync"."alert_deliveries" IS 'Messages about alerts on their way, one for each channel.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."id" IS 'In the order in which they were made.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."shop" IS 'Name of the shop.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."channel" IS 'webhook or email.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."message" IS 'What is told; numbers and names of entities, nothing of a record.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."created_at" IS 'When it was made.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."attempts" IS 'How often it was tried.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."due_at" IS 'When it is tried next.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."delivered_at" IS 'When the receiver took it.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."failed_at" IS 'When it was given up.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alert_deliveries"."failure" IS 'Why the last attempt failed.';
--> statement-breakpoint
COMMENT ON TABLE "sync"."alerts" IS 'Conditions that a person should hear of, from when each was first seen.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."shop" IS 'Name of the shop.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."key" IS 'Made from name and subject.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."name" IS 'Name of the rule.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."subject" IS 'What it is about: an entity, a kind of run, a consumer.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."severity" IS 'critical or warning.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."summary" IS 'What is wrong, in a sentence.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."cure" IS 'What to do, in a sentence.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."values" IS 'Numbers behind it.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."since" IS 'Since when the condition holds.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."firing_since" IS 'Since when it has held long enough to be told.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."clear_since" IS 'Since when it does not hold any more.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."resolved_at" IS 'When it was over for good.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."notifications" IS 'How often it was told.';
--> statement-breakpoint
COMMENT ON COLUMN "sync"."alerts"."notified_at" IS 'When it was last told.';
