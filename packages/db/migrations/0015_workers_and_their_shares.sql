CREATE TABLE "sync"."budgets" (
	"shop" text PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"tokens" double precision,
	"free_rate" double precision,
	"counted_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sync"."workers" (
	"shop" text NOT NULL,
	"id" text NOT NULL,
	"command" text NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"most_places" integer NOT NULL,
	"most_rate" double precision NOT NULL,
	"pace" double precision NOT NULL,
	"demand" integer NOT NULL,
	"rate_demand" double precision NOT NULL,
	"is_fresh" boolean NOT NULL,
	"in_flight" integer NOT NULL,
	"places" integer NOT NULL,
	"rate" double precision NOT NULL,
	"waiting_since" timestamp (3) with time zone,
	"turn_since" timestamp (3) with time zone,
	CONSTRAINT "workers_pkey" PRIMARY KEY("shop","id")
);

--> statement-breakpoint
COMMENT ON TABLE sync.budgets IS 'What of each shop''s request budget no worker holds';
COMMENT ON COLUMN sync.budgets.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.budgets.version IS 'Grows with every change of a share; whoever writes names the one that he has read';
COMMENT ON COLUMN sync.budgets.tokens IS 'Requests that may be sent at once out of what nobody holds; null before the first share';
COMMENT ON COLUMN sync.budgets.free_rate IS 'Requests a second that nobody holds; null before the first share';
COMMENT ON COLUMN sync.budgets.counted_at IS 'When tokens was counted; it fills up by free_rate since';
--> statement-breakpoint
COMMENT ON TABLE sync.workers IS 'Daemons and commands that work with a shop, and the share of its request budget that each of them holds';
COMMENT ON COLUMN sync.workers.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.workers.id IS 'Drawn by the worker at its start';
COMMENT ON COLUMN sync.workers.command IS 'What it runs: daemon, backfill, doctor …';
COMMENT ON COLUMN sync.workers.host IS 'Name of its machine or container';
COMMENT ON COLUMN sync.workers.pid IS 'Its process there';
COMMENT ON COLUMN sync.workers.started_at IS 'When it was first seen';
COMMENT ON COLUMN sync.workers.seen_at IS 'Its last sign of life';
COMMENT ON COLUMN sync.workers.expires_at IS 'When it counts as dead and its share as free, unless it gives another sign';
COMMENT ON COLUMN sync.workers.most_places IS 'Its MAGENTO_CONCURRENCY; of several the lowest holds';
COMMENT ON COLUMN sync.workers.most_rate IS 'Its MAGENTO_REQUESTS_PER_SECOND; of several the lowest holds';
COMMENT ON COLUMN sync.workers.pace IS 'What is left of the budget after trouble that it had with the shop, 1/8 to 1';
COMMENT ON COLUMN sync.workers.demand IS 'Requests that it would have in flight at once if it could';
COMMENT ON COLUMN sync.workers.rate_demand IS 'Requests a second that it would send if it could';
COMMENT ON COLUMN sync.workers.is_fresh IS 'Whether it works for what keeps the copy fresh, or for a person';
COMMENT ON COLUMN sync.workers.in_flight IS 'Requests that it had in flight at its last sign of life';
COMMENT ON COLUMN sync.workers.places IS 'Requests that it may have in flight';
COMMENT ON COLUMN sync.workers.rate IS 'Requests a second that it may send';
COMMENT ON COLUMN sync.workers.waiting_since IS 'Since when it has a demand and no place; null when it has one';
COMMENT ON COLUMN sync.workers.turn_since IS 'Since when it has had places without a break; null when it has none';
