CREATE TABLE "magento"."shipments" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"increment_id" text,
	"order_id" bigint,
	"store_id" integer,
	"customer_id" bigint,
	"created_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	"total_qty" numeric(12, 4),
	"total_weight" numeric(12, 4),
	"source_code" text,
	"billing_address_id" bigint,
	"shipping_address_id" bigint,
	"extension_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"raw" jsonb,
	"content_hash" text,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"last_verified_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"erased_at" timestamp (3) with time zone,
	CONSTRAINT "shipments_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."shipment_items" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"parent_id" bigint NOT NULL,
	"order_item_id" bigint,
	"product_id" bigint,
	"sku" text,
	"name" text,
	"qty" numeric(12, 4),
	"price" numeric(20, 4),
	"weight" numeric(12, 4),
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "shipment_items_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."shipment_tracks" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"parent_id" bigint NOT NULL,
	"order_id" bigint,
	"created_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	"carrier_code" text,
	"title" text,
	"track_number" text,
	"weight" numeric(12, 4),
	"qty" numeric(12, 4),
	"description" text,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "shipment_tracks_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."shipment_comments" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"parent_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone,
	"comment" text,
	"is_customer_notified" boolean,
	"is_visible_on_front" boolean,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "shipment_comments_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE INDEX "shipments_order_idx" ON "magento"."shipments" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "shipments_created_at_idx" ON "magento"."shipments" USING btree ("shop","created_at");--> statement-breakpoint
CREATE INDEX "shipments_updated_at_idx" ON "magento"."shipments" USING btree ("shop","updated_at","entity_id");--> statement-breakpoint
CREATE INDEX "shipments_deleted_at_idx" ON "magento"."shipments" USING btree ("shop","deleted_at") WHERE "magento"."shipments"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "shipment_items_parent_idx" ON "magento"."shipment_items" USING btree ("shop","parent_id");--> statement-breakpoint
CREATE INDEX "shipment_items_order_item_idx" ON "magento"."shipment_items" USING btree ("shop","order_item_id");--> statement-breakpoint
CREATE INDEX "shipment_tracks_parent_idx" ON "magento"."shipment_tracks" USING btree ("shop","parent_id");--> statement-breakpoint
CREATE INDEX "shipment_tracks_order_idx" ON "magento"."shipment_tracks" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "shipment_tracks_track_number_idx" ON "magento"."shipment_tracks" USING btree ("shop","track_number");--> statement-breakpoint
CREATE INDEX "shipment_comments_parent_idx" ON "magento"."shipment_comments" USING btree ("shop","parent_id");--> statement-breakpoint
ALTER TABLE magento.shipments SET (fillfactor = 85);
--> statement-breakpoint
COMMENT ON TABLE magento.shipments IS 'Shipments as the shop last showed them';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.entity_id IS 'Shipment id in Magento (entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.increment_id IS 'Number that people see; unique within a store, not in the shop (increment_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.order_id IS 'Order, see orders; it may be gone (order_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.store_id IS 'Store view; null also when it was deleted (store_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.customer_id IS 'Customer; null for guests and after the customer was deleted (customer_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.created_at IS 'When it was made (created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.updated_at IS 'Stamp of the shop; tracks and comments do not move it (updated_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.total_qty IS 'Number of things shipped (total_qty)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.total_weight IS 'Weight (total_weight)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.source_code IS 'Warehouse (extension_attributes.source_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.billing_address_id IS 'Billing address, see order_addresses (billing_address_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.shipping_address_id IS 'Shipping address, see order_addresses (shipping_address_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.extension_attributes IS 'Values that modules add (extension_attributes)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; null after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.content_hash IS 'Digest of what counts of raw; equal digests mean equal content';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.last_seen_at IS 'When it was last read from the shop, to the hour unless it changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.last_verified_at IS 'When it was last compared with the shop as a whole, to the hour';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.deleted_at IS 'When the shop confirmed that it has it no more; null while it exists';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipments.erased_at IS 'When the personal data was removed from this row for good';
--> statement-breakpoint
COMMENT ON TABLE magento.shipment_items IS 'Lines of shipments';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.entity_id IS 'Id in Magento (items: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.parent_id IS 'The document (items: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.order_item_id IS 'Line of the order, see order_items (items: order_item_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.product_id IS 'Product; it may have been deleted (items: product_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.sku IS 'Article number as it was (items: sku)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.name IS 'Name as it was (items: name)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.qty IS 'Number (items: qty)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.price IS 'Price of one without tax (items: price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.weight IS 'Weight of one (items: weight)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_items.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.shipment_tracks IS 'Parcels of shipments';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.entity_id IS 'Id in Magento (tracks: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.parent_id IS 'Shipment, see shipments (tracks: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.order_id IS 'Order, see orders (tracks: order_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.created_at IS 'When it was added (tracks: created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.updated_at IS 'Stamp of the track (tracks: updated_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.carrier_code IS 'Code of the carrier (tracks: carrier_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.title IS 'Name of the carrier (tracks: title)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.track_number IS 'Number at the carrier, who shows the way to the person by it (tracks: track_number)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.weight IS 'Weight (tracks: weight)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.qty IS 'Number of things (tracks: qty)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.description IS 'Text (tracks: description)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_tracks.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.shipment_comments IS 'Comments of shipments';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.entity_id IS 'Id in Magento (comments: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.parent_id IS 'The document (comments: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.created_at IS 'When it was written (comments: created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.comment IS 'Text; may hold HTML (comments: comment)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.is_customer_notified IS 'Whether the customer was told (comments: is_customer_notified)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.is_visible_on_front IS 'Whether the customer can see it (comments: is_visible_on_front)';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.shipment_comments.deleted_at IS 'Deleted together with its record; null while that exists';