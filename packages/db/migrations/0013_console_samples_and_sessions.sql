CREATE TABLE "sync"."console_sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"person" text NOT NULL,
	"password_proof" text NOT NULL,
	"address" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync"."console_tries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync"."console_tries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"address" text NOT NULL,
	"tried_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync"."samples" (
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"sampled_at" timestamp (3) with time zone NOT NULL,
	"lag_ms" bigint,
	"rows_read" bigint NOT NULL,
	"rows_written" bigint NOT NULL,
	"rows_live" bigint,
	"quarantined" integer NOT NULL,
	CONSTRAINT "samples_pkey" PRIMARY KEY("shop","entity","at")
);
--> statement-breakpoint
CREATE INDEX "console_tries_tried_at_idx" ON "sync"."console_tries" USING btree ("tried_at");--> statement-breakpoint
COMMENT ON TABLE sync.samples IS 'How each entity stood and how much was read, in stretches of five minutes; kept for eight days, for charts';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.shop IS 'Short name of the shop the row belongs to';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.entity IS 'What is copied';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.at IS 'When the stretch begins';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.sampled_at IS 'When a daemon last added to it, once a minute';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.lag_ms IS 'Longest time since the last complete pull; null when there was none';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.rows_read IS 'Records that runs read within the stretch';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.rows_written IS 'Records that they inserted, changed, marked as deleted or erased';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.rows_live IS 'Living rows at its end; null when they were not counted';--> statement-breakpoint
COMMENT ON COLUMN sync.samples.quarantined IS 'Records that were set aside at its end';--> statement-breakpoint
COMMENT ON TABLE sync.console_sessions IS 'Who is signed in to the page; without what signs in, which only the browser has';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.token_hash IS 'SHA-256 of the token in the cookie';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.role IS 'viewer: may look; operator: may act';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.person IS 'Name that the person gave at the sign-in; stands beside what they do';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.password_proof IS 'HMAC of the password under the token: another password ends the session';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.address IS 'From where the person signed in';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.started_at IS 'When the person signed in';--> statement-breakpoint
COMMENT ON COLUMN sync.console_sessions.seen_at IS 'When they last opened a page, to the minute';--> statement-breakpoint
COMMENT ON TABLE sync.console_tries IS 'Wrong passwords at the page within the last hour';--> statement-breakpoint
COMMENT ON COLUMN sync.console_tries.id IS 'Number of the try';--> statement-breakpoint
COMMENT ON COLUMN sync.console_tries.address IS 'From where it came, as far as it counts as one: an address, or a network of IPv6';--> statement-breakpoint
COMMENT ON COLUMN sync.console_tries.tried_at IS 'When';
