CREATE TABLE "sync"."verified_ranges" (
	"shop" text NOT NULL,
	"entity" text NOT NULL,
	"after_id" bigint NOT NULL,
	"up_to_id" bigint NOT NULL,
	"verified_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "verified_ranges_pkey" PRIMARY KEY("shop","entity","after_id")
);
--> statement-breakpoint
ALTER TABLE "magento"."customers" ADD COLUMN "sent_hash" uuid;--> statement-breakpoint
ALTER TABLE "magento"."orders" ADD COLUMN "sent_hash" uuid;--> statement-breakpoint
ALTER TABLE "magento"."invoices" ADD COLUMN "sent_hash" uuid;--> statement-breakpoint
ALTER TABLE "magento"."shipments" ADD COLUMN "sent_hash" uuid;--> statement-breakpoint
ALTER TABLE "magento"."credit_memos" ADD COLUMN "sent_hash" uuid;--> statement-breakpoint
COMMENT ON COLUMN magento.customers.sent_hash IS 'Digest of the record as it was sent when this row was written; an equal one spares reading it';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.sent_hash IS 'Digest of the record as it was sent when this row was written; an equal one spares reading it';
--> statement-breakpoint
COMMENT ON COLUMN magento.invoices.sent_hash IS 'Digest of the record as it was sent when this row was written; an equal one spares reading it';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.sent_hash IS 'Digest of the record as it was sent when this row was written; an equal one spares reading it';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.sent_hash IS 'Digest of the record as it was sent when this row was written; an equal one spares reading it';
--> statement-breakpoint
COMMENT ON COLUMN magento.customers.last_seen_at IS 'When it was read from the shop and written; it was seen since when sync.verified_ranges says so';
--> statement-breakpoint
COMMENT ON COLUMN magento.customers.last_verified_at IS 'When it was compared as a whole and written; sync.verified_ranges says when it was found equal since';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.last_seen_at IS 'When it was read from the shop and written; it was seen since when sync.verified_ranges says so';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.last_verified_at IS 'When it was compared as a whole and written; sync.verified_ranges says when it was found equal since';
--> statement-breakpoint
COMMENT ON COLUMN magento.invoices.last_seen_at IS 'When it was read from the shop and written; it was seen since when sync.verified_ranges says so';
--> statement-breakpoint
COMMENT ON COLUMN magento.invoices.last_verified_at IS 'When it was compared as a whole and written; sync.verified_ranges says when it was found equal since';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.last_seen_at IS 'When it was read from the shop and written; it was seen since when sync.verified_ranges says so';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.last_verified_at IS 'When it was compared as a whole and written; sync.verified_ranges says when it was found equal since';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.last_seen_at IS 'When it was read from the shop and written; it was seen since when sync.verified_ranges says so';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.last_verified_at IS 'When it was compared as a whole and written; sync.verified_ranges says when it was found equal since';
--> statement-breakpoint
ALTER TABLE sync.verified_ranges SET (fillfactor = 50);
--> statement-breakpoint
COMMENT ON TABLE sync.verified_ranges IS 'When every living row of a range of ids was last compared with the shop; ranges do not overlap';
--> statement-breakpoint
COMMENT ON COLUMN sync.verified_ranges.shop IS 'Short name of the shop';
--> statement-breakpoint
COMMENT ON COLUMN sync.verified_ranges.entity IS 'Kind of record, such as customers';
--> statement-breakpoint
COMMENT ON COLUMN sync.verified_ranges.after_id IS 'The range begins behind this id';
--> statement-breakpoint
COMMENT ON COLUMN sync.verified_ranges.up_to_id IS 'The last id of the range';
--> statement-breakpoint
COMMENT ON COLUMN sync.verified_ranges.verified_at IS 'When its rows were compared, or up to an hour before';
