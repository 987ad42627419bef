CREATE TABLE "sync"."acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync"."acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shop" text NOT NULL,
	"act" text NOT NULL,
	"subject" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"by" text NOT NULL,
	"via" text NOT NULL,
	"why" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"outcome" text DEFAULT 'begun' NOT NULL,
	"outcome_text" text,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sync"."pauses" (
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"kind" text NOT NULL,
	"by" text NOT NULL,
	"why" text NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"until" timestamp (3) with time zone,
	CONSTRAINT "pauses_pkey" PRIMARY KEY("shop","entity","kind")
);
--> statement-breakpoint
CREATE INDEX "acts_recent_idx" ON "sync"."acts" USING btree ("shop","at" DESC NULLS LAST);--> statement-breakpoint
COMMENT ON TABLE sync.pauses IS 'What operators have paused; "all" stands for every entity or every kind of work';
COMMENT ON COLUMN sync.pauses.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.pauses.entity IS 'Whose work is paused, or all';
COMMENT ON COLUMN sync.pauses.kind IS 'Which kind of work is paused, in the words of sync.runs, or all';
COMMENT ON COLUMN sync.pauses.by IS 'Who paused it';
COMMENT ON COLUMN sync.pauses.why IS 'Why, in their words';
COMMENT ON COLUMN sync.pauses.since IS 'Since when';
COMMENT ON COLUMN sync.pauses.until IS 'When the work goes on by itself; null when somebody has to resume it';
COMMENT ON TABLE sync.acts IS 'What operators did, one row per act, kept for good';
COMMENT ON COLUMN sync.acts.id IS 'Counts up';
COMMENT ON COLUMN sync.acts.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.acts.act IS 'What was done: pause, resume, pull, sweep, reconcile, verify, resync, quarantine retry or quarantine release';
COMMENT ON COLUMN sync.acts.subject IS 'What it was about: entity, kind, ids, end of a pause; never values of records';
COMMENT ON COLUMN sync.acts.by IS 'Who did it';
COMMENT ON COLUMN sync.acts.via IS 'From where: command line or page';
COMMENT ON COLUMN sync.acts.why IS 'Why, in their words';
COMMENT ON COLUMN sync.acts.at IS 'When it began';
COMMENT ON COLUMN sync.acts.outcome IS 'begun, asked (a daemon does the rest), done, incomplete, refused or failed';
COMMENT ON COLUMN sync.acts.outcome_text IS 'The outcome in a sentence';
COMMENT ON COLUMN sync.acts.ended_at IS 'When it ended; null for one whose process died';
