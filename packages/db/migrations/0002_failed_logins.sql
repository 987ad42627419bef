ALTER TABLE "sync"."tokens" ADD COLUMN "failed_logins" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
-- Refused logins that were counted before keep an account from being locked after the upgrade as well.
UPDATE sync.tokens SET failed_logins = to_jsonb(array_fill(
  jsonb_build_object(
    'at', to_char(last_refused_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'fingerprint', credentials_fingerprint,
    'refused', true
  ),
  ARRAY[refused_logins]
))
WHERE refused_logins > 0 AND last_refused_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE "sync"."tokens" DROP COLUMN "refused_logins";--> statement-breakpoint
ALTER TABLE "sync"."tokens" DROP COLUMN "last_refused_at";--> statement-breakpoint
COMMENT ON COLUMN sync.tokens.failed_logins IS 'Since the last login that succeeded, oldest first: when, with which credentials (fingerprint), refused or unanswered';--> statement-breakpoint
COMMENT ON COLUMN sync.tokens.credentials_fingerprint IS 'Of the credentials that were used last; tells whether the token is theirs';
