ALTER TABLE "sync"."pauses" ADD COLUMN "cancelled_run" bigint;
--> statement-breakpoint
COMMENT ON COLUMN sync.pauses.cancelled_run IS 'The run that was cancelled, where work rests because of that until somebody asks for it; null for a pause';
--> statement-breakpoint
COMMENT ON COLUMN sync.runs.status IS 'running, succeeded, incomplete, failed, interrupted or cancelled (by a person)';
--> statement-breakpoint
COMMENT ON COLUMN sync.acts.act IS 'What was done: pause, resume, cancel, pull, sweep, reconcile, verify, resync, erase, quarantine retry or quarantine release';
