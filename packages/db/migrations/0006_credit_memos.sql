CREATE TABLE "magento"."credit_memos" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"increment_id" text,
	"order_id" bigint,
	"invoice_id" bigint,
	"store_id" integer,
	"state" integer,
	"created_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	"adjustment" numeric(20, 4),
	"base_adjustment" numeric(20, 4),
	"adjustment_positive" numeric(20, 4),
	"base_adjustment_positive" numeric(20, 4),
	"adjustment_negative" numeric(20, 4),
	"base_adjustment_negative" numeric(20, 4),
	"grand_total" numeric(20, 4),
	"base_grand_total" numeric(20, 4),
	"subtotal" numeric(20, 4),
	"base_subtotal" numeric(20, 4),
	"subtotal_incl_tax" numeric(20, 4),
	"base_subtotal_incl_tax" numeric(20, 4),
	"tax_amount" numeric(20, 4),
	"base_tax_amount" numeric(20, 4),
	"discount_amount" numeric(20, 4),
	"base_discount_amount" numeric(20, 4),
	"shipping_amount" numeric(20, 4),
	"base_shipping_amount" numeric(20, 4),
	"shipping_incl_tax" numeric(20, 4),
	"base_shipping_incl_tax" numeric(20, 4),
	"shipping_tax_amount" numeric(20, 4),
	"base_shipping_tax_amount" numeric(20, 4),
	"order_currency_code" text,
	"base_currency_code" text,
	"global_currency_code" text,
	"store_currency_code" text,
	"base_to_order_rate" numeric(20, 8),
	"base_to_global_rate" numeric(20, 8),
	"transaction_id" text,
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
	CONSTRAINT "credit_memos_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."credit_memo_items" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"parent_id" bigint NOT NULL,
	"order_item_id" bigint,
	"product_id" bigint,
	"sku" text,
	"name" text,
	"qty" numeric(12, 4),
	"price" numeric(20, 4),
	"base_price" numeric(20, 4),
	"price_incl_tax" numeric(20, 4),
	"base_price_incl_tax" numeric(20, 4),
	"row_total" numeric(20, 4),
	"base_row_total" numeric(20, 4),
	"row_total_incl_tax" numeric(20, 4),
	"base_row_total_incl_tax" numeric(20, 4),
	"tax_amount" numeric(20, 4),
	"base_tax_amount" numeric(20, 4),
	"discount_amount" numeric(20, 4),
	"base_discount_amount" numeric(20, 4),
	"base_cost" numeric(20, 4),
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "credit_memo_items_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."credit_memo_comments" (
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
	CONSTRAINT "credit_memo_comments_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE INDEX "credit_memos_order_idx" ON "magento"."credit_memos" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "credit_memos_created_at_idx" ON "magento"."credit_memos" USING btree ("shop","created_at");--> statement-breakpoint
CREATE INDEX "credit_memos_updated_at_idx" ON "magento"."credit_memos" USING btree ("shop","updated_at","entity_id");--> statement-breakpoint
CREATE INDEX "credit_memos_deleted_at_idx" ON "magento"."credit_memos" USING btree ("shop","deleted_at") WHERE "magento"."credit_memos"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "credit_memo_items_parent_idx" ON "magento"."credit_memo_items" USING btree ("shop","parent_id");--> statement-breakpoint
CREATE INDEX "credit_memo_items_order_item_idx" ON "magento"."credit_memo_items" USING btree ("shop","order_item_id");--> statement-breakpoint
CREATE INDEX "credit_memo_comments_parent_idx" ON "magento"."credit_memo_comments" USING btree ("shop","parent_id");--> statement-breakpoint
ALTER TABLE magento.credit_memos SET (fillfactor = 85);
--> statement-breakpoint
COMMENT ON TABLE magento.credit_memos IS 'Credit memos as the shop last showed them';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.entity_id IS 'Credit memo id in Magento (entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.increment_id IS 'Number that people see; unique within a store, not in the shop (increment_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.order_id IS 'Order, see orders; it may be gone (order_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.invoice_id IS 'Invoice, see invoices; only of refunds through the payment provider (invoice_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.store_id IS 'Store view; null also when it was deleted (store_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.state IS '1 open, 2 refunded, 3 canceled (state)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.created_at IS 'When it was made (created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.updated_at IS 'Stamp of the shop; comments do not move it (updated_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.adjustment IS 'Refunded beside the lines, less what was kept (adjustment)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_adjustment IS 'Refunded beside the lines, less what was kept, in base currency (base_adjustment)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.adjustment_positive IS 'Refunded beside the lines (adjustment_positive)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_adjustment_positive IS 'Refunded beside the lines, in base currency (base_adjustment_positive)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.adjustment_negative IS 'Kept from the refund (adjustment_negative)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_adjustment_negative IS 'Kept from the refund, in base currency (base_adjustment_negative)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.grand_total IS 'Sum (grand_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_grand_total IS 'Sum, in base currency (base_grand_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.subtotal IS 'Sum of the lines without tax (subtotal)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_subtotal IS 'Sum of the lines without tax, in base currency (base_subtotal)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.subtotal_incl_tax IS 'Sum of the lines with tax (subtotal_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_subtotal_incl_tax IS 'Sum of the lines with tax, in base currency (base_subtotal_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.tax_amount IS 'Tax (tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_tax_amount IS 'Tax, in base currency (base_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.discount_amount IS 'Discount; may be negative (discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_discount_amount IS 'Discount, in base currency; may be negative (base_discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.shipping_amount IS 'Shipping without tax (shipping_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_shipping_amount IS 'Shipping without tax, in base currency (base_shipping_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.shipping_incl_tax IS 'Shipping with tax (shipping_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_shipping_incl_tax IS 'Shipping with tax, in base currency (base_shipping_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.shipping_tax_amount IS 'Tax of the shipping (shipping_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_shipping_tax_amount IS 'Tax of the shipping, in base currency (base_shipping_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.order_currency_code IS 'Currency that the customer saw (order_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_currency_code IS 'Currency of the website: of all columns that begin with base_ (base_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.global_currency_code IS 'Currency of the shop (global_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.store_currency_code IS 'Currency of the store view (store_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_to_order_rate IS 'Rate from base to order currency (base_to_order_rate)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.base_to_global_rate IS 'Rate from base to global currency (base_to_global_rate)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.transaction_id IS 'Transaction at the payment provider (transaction_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.billing_address_id IS 'Billing address, see order_addresses (billing_address_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.shipping_address_id IS 'Shipping address, see order_addresses (shipping_address_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.extension_attributes IS 'Values that modules add (extension_attributes)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; null after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.content_hash IS 'Digest of what counts of raw; equal digests mean equal content';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.last_seen_at IS 'When it was last read from the shop, to the hour unless it changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.last_verified_at IS 'When it was last compared with the shop as a whole, to the hour';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.deleted_at IS 'When the shop confirmed that it has it no more; null while it exists';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memos.erased_at IS 'When the personal data was removed from this row for good';
--> statement-breakpoint
COMMENT ON TABLE magento.credit_memo_items IS 'Lines of credit memos';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.entity_id IS 'Id in Magento (items: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.parent_id IS 'The document (items: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.order_item_id IS 'Line of the order, see order_items (items: order_item_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.product_id IS 'Product; it may have been deleted (items: product_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.sku IS 'Article number as it was (items: sku)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.name IS 'Name as it was (items: name)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.qty IS 'Number (items: qty)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.price IS 'Price of one without tax (items: price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_price IS 'Price of one without tax, in base currency (items: base_price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.price_incl_tax IS 'Price of one with tax (items: price_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_price_incl_tax IS 'Price of one with tax, in base currency (items: base_price_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.row_total IS 'Price of all without tax (items: row_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_row_total IS 'Price of all without tax, in base currency (items: base_row_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.row_total_incl_tax IS 'Price of all with tax (items: row_total_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_row_total_incl_tax IS 'Price of all with tax, in base currency (items: base_row_total_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.tax_amount IS 'Tax (items: tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_tax_amount IS 'Tax, in base currency (items: base_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.discount_amount IS 'Discount (items: discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_discount_amount IS 'Discount, in base currency (items: base_discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.base_cost IS 'Cost of one, in base currency (items: base_cost)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_items.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.credit_memo_comments IS 'Comments of credit memos';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.entity_id IS 'Id in Magento (comments: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.parent_id IS 'The document (comments: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.created_at IS 'When it was written (comments: created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.comment IS 'Text; may hold HTML (comments: comment)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.is_customer_notified IS 'Whether the customer was told (comments: is_customer_notified)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.is_visible_on_front IS 'Whether the customer can see it (comments: is_visible_on_front)';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.credit_memo_comments.deleted_at IS 'Deleted together with its record; null while that exists';