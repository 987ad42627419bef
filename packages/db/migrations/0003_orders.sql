CREATE TABLE "magento"."orders" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"increment_id" text,
	"state" text,
	"status" text,
	"created_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	"store_id" integer,
	"store_name" text,
	"quote_id" bigint,
	"customer_id" bigint,
	"last_customer_id" bigint,
	"customer_is_guest" boolean,
	"customer_group_id" bigint,
	"customer_email" text,
	"customer_prefix" text,
	"customer_firstname" text,
	"customer_middlename" text,
	"customer_lastname" text,
	"customer_suffix" text,
	"customer_dob" date,
	"customer_gender" integer,
	"customer_taxvat" text,
	"customer_note" text,
	"remote_ip" text,
	"x_forwarded_for" text,
	"is_virtual" boolean,
	"order_currency_code" text,
	"base_currency_code" text,
	"global_currency_code" text,
	"store_currency_code" text,
	"base_to_order_rate" numeric(20, 8),
	"base_to_global_rate" numeric(20, 8),
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
	"total_paid" numeric(20, 4),
	"base_total_paid" numeric(20, 4),
	"total_due" numeric(20, 4),
	"base_total_due" numeric(20, 4),
	"total_invoiced" numeric(20, 4),
	"base_total_invoiced" numeric(20, 4),
	"total_refunded" numeric(20, 4),
	"base_total_refunded" numeric(20, 4),
	"total_canceled" numeric(20, 4),
	"base_total_canceled" numeric(20, 4),
	"adjustment_positive" numeric(20, 4),
	"adjustment_negative" numeric(20, 4),
	"total_item_count" integer,
	"total_qty_ordered" numeric(12, 4),
	"weight" numeric(12, 4),
	"coupon_code" text,
	"discount_description" text,
	"applied_rule_ids" text,
	"shipping_method" text,
	"shipping_description" text,
	"payment_method" text,
	"billing_address_id" bigint,
	"email_sent" boolean,
	"hold_before_state" text,
	"hold_before_status" text,
	"original_increment_id" text,
	"relation_child_id" text,
	"relation_parent_id" text,
	"ext_order_id" text,
	"ext_customer_id" text,
	"extension_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"raw" jsonb,
	"content_hash" text,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"last_verified_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"erased_at" timestamp (3) with time zone,
	CONSTRAINT "orders_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."order_items" (
	"shop" text NOT NULL,
	"item_id" bigint NOT NULL,
	"order_id" bigint NOT NULL,
	"parent_item_id" bigint,
	"quote_item_id" bigint,
	"product_id" bigint,
	"product_type" text,
	"sku" text,
	"name" text,
	"store_id" integer,
	"created_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	"qty_ordered" numeric(12, 4),
	"qty_invoiced" numeric(12, 4),
	"qty_shipped" numeric(12, 4),
	"qty_refunded" numeric(12, 4),
	"qty_canceled" numeric(12, 4),
	"qty_backordered" numeric(12, 4),
	"qty_returned" numeric(12, 4),
	"price" numeric(20, 4),
	"base_price" numeric(20, 4),
	"original_price" numeric(20, 4),
	"base_original_price" numeric(20, 4),
	"price_incl_tax" numeric(20, 4),
	"base_price_incl_tax" numeric(20, 4),
	"row_total" numeric(20, 4),
	"base_row_total" numeric(20, 4),
	"row_total_incl_tax" numeric(20, 4),
	"base_row_total_incl_tax" numeric(20, 4),
	"tax_percent" numeric(12, 4),
	"tax_amount" numeric(20, 4),
	"base_tax_amount" numeric(20, 4),
	"discount_percent" numeric(12, 4),
	"discount_amount" numeric(20, 4),
	"base_discount_amount" numeric(20, 4),
	"row_invoiced" numeric(20, 4),
	"base_row_invoiced" numeric(20, 4),
	"amount_refunded" numeric(20, 4),
	"base_amount_refunded" numeric(20, 4),
	"base_cost" numeric(20, 4),
	"weight" numeric(12, 4),
	"row_weight" numeric(12, 4),
	"is_virtual" boolean,
	"is_qty_decimal" boolean,
	"free_shipping" boolean,
	"applied_rule_ids" text,
	"product_option" jsonb,
	"extension_attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "order_items_pkey" PRIMARY KEY("shop","item_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."order_addresses" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"order_id" bigint NOT NULL,
	"address_type" text,
	"customer_address_id" bigint,
	"email" text,
	"prefix" text,
	"firstname" text,
	"middlename" text,
	"lastname" text,
	"suffix" text,
	"company" text,
	"street" text[] NOT NULL,
	"city" text,
	"postcode" text,
	"country_id" text,
	"region_id" bigint,
	"region_code" text,
	"region" text,
	"telephone" text,
	"fax" text,
	"vat_id" text,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "order_addresses_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."order_payments" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"order_id" bigint NOT NULL,
	"method" text,
	"amount_ordered" numeric(20, 4),
	"base_amount_ordered" numeric(20, 4),
	"amount_authorized" numeric(20, 4),
	"base_amount_authorized" numeric(20, 4),
	"amount_paid" numeric(20, 4),
	"base_amount_paid" numeric(20, 4),
	"amount_refunded" numeric(20, 4),
	"base_amount_refunded" numeric(20, 4),
	"amount_canceled" numeric(20, 4),
	"shipping_amount" numeric(20, 4),
	"shipping_captured" numeric(20, 4),
	"shipping_refunded" numeric(20, 4),
	"last_trans_id" text,
	"po_number" text,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "order_payments_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."order_status_history" (
	"shop" text NOT NULL,
	"entity_id" bigint NOT NULL,
	"order_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone,
	"status" text,
	"entity_name" text,
	"comment" text,
	"is_customer_notified" boolean,
	"is_visible_on_front" boolean,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "order_status_history_pkey" PRIMARY KEY("shop","entity_id")
);
--> statement-breakpoint
CREATE TABLE "magento"."order_taxes" (
	"shop" text NOT NULL,
	"order_id" bigint NOT NULL,
	"tax_id" bigint NOT NULL,
	"code" text NOT NULL,
	"title" text,
	"percent" numeric(12, 4),
	"amount" numeric(20, 4),
	"base_amount" numeric(20, 4),
	"base_real_amount" numeric(20, 4),
	"priority" integer,
	"position" integer,
	"raw" jsonb NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "order_taxes_pkey" PRIMARY KEY("shop","order_id","tax_id","code")
);
--> statement-breakpoint
CREATE INDEX "orders_created_at_idx" ON "magento"."orders" USING btree ("shop","created_at");--> statement-breakpoint
CREATE INDEX "orders_customer_idx" ON "magento"."orders" USING btree ("shop","customer_id");--> statement-breakpoint
CREATE INDEX "orders_last_customer_idx" ON "magento"."orders" USING btree ("shop","last_customer_id");--> statement-breakpoint
CREATE INDEX "orders_status_idx" ON "magento"."orders" USING btree ("shop","status");--> statement-breakpoint
CREATE INDEX "orders_store_created_at_idx" ON "magento"."orders" USING btree ("shop","store_id","created_at");--> statement-breakpoint
CREATE INDEX "orders_increment_idx" ON "magento"."orders" USING btree ("shop","increment_id");--> statement-breakpoint
CREATE INDEX "orders_customer_email_idx" ON "magento"."orders" USING btree ("shop",lower("customer_email"));--> statement-breakpoint
CREATE INDEX "orders_updated_at_idx" ON "magento"."orders" USING btree ("shop","updated_at","entity_id");--> statement-breakpoint
CREATE INDEX "orders_deleted_at_idx" ON "magento"."orders" USING btree ("shop","deleted_at") WHERE "magento"."orders"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "order_items_order_idx" ON "magento"."order_items" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "order_items_sku_idx" ON "magento"."order_items" USING btree ("shop","sku");--> statement-breakpoint
CREATE INDEX "order_items_product_idx" ON "magento"."order_items" USING btree ("shop","product_id");--> statement-breakpoint
CREATE INDEX "order_items_created_at_idx" ON "magento"."order_items" USING btree ("shop","created_at") WHERE "magento"."order_items"."parent_item_id" is null;--> statement-breakpoint
CREATE INDEX "order_addresses_order_idx" ON "magento"."order_addresses" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "order_addresses_country_idx" ON "magento"."order_addresses" USING btree ("shop","country_id");--> statement-breakpoint
CREATE INDEX "order_payments_order_idx" ON "magento"."order_payments" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "order_payments_method_idx" ON "magento"."order_payments" USING btree ("shop","method");--> statement-breakpoint
CREATE INDEX "order_status_history_order_idx" ON "magento"."order_status_history" USING btree ("shop","order_id");--> statement-breakpoint
CREATE INDEX "order_status_history_order_created_at_idx" ON "magento"."order_status_history" USING btree ("shop","order_id","created_at");--> statement-breakpoint
ALTER TABLE magento.orders SET (fillfactor = 85);
--> statement-breakpoint
COMMENT ON TABLE magento.orders IS 'Orders as the shop last showed them';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.entity_id IS 'Order id in Magento (entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.increment_id IS 'Number that people see; unique within a store, not in the shop (increment_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.state IS 'Magento''s own: new, processing, complete, closed, canceled, holded … (state)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.status IS 'Status of the shop; several belong to one state (status)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.created_at IS 'When it was placed (created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.updated_at IS 'Stamp of the shop; comments, addresses and payments do not move it (updated_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.store_id IS 'Store view; null also when it was deleted (store_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.store_name IS 'Names of website, store and view, one a line, as they were when it was placed (store_name)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.quote_id IS 'Id of its cart (quote_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_id IS 'Customer; null for guests and after the customer was deleted (customer_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.last_customer_id IS 'Customer as long as one was ever shown, also after the deletion (customer_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_is_guest IS 'Whether it was placed without an account (customer_is_guest)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_group_id IS 'Customer group (customer_group_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_email IS 'E-mail address (customer_email)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_prefix IS 'Name prefix (customer_prefix)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_firstname IS 'First name (customer_firstname)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_middlename IS 'Middle name (customer_middlename)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_lastname IS 'Last name (customer_lastname)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_suffix IS 'Name suffix (customer_suffix)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_dob IS 'Date of birth (customer_dob)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_gender IS 'Option id of the attribute gender (customer_gender)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_taxvat IS 'Tax or VAT number (customer_taxvat)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.customer_note IS 'What the customer wrote about the order (customer_note)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.remote_ip IS 'Internet address from which it was placed (remote_ip)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.x_forwarded_for IS 'Internet addresses of proxies (x_forwarded_for)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.is_virtual IS 'Whether nothing is shipped (is_virtual)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.order_currency_code IS 'Currency that the customer saw (order_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_currency_code IS 'Currency of the website: of all columns that begin with base_ (base_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.global_currency_code IS 'Currency of the shop (global_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.store_currency_code IS 'Currency of the store view (store_currency_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_to_order_rate IS 'Rate from base to order currency (base_to_order_rate)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_to_global_rate IS 'Rate from base to global currency (base_to_global_rate)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.grand_total IS 'Sum to be paid (grand_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_grand_total IS 'Sum to be paid, in base currency (base_grand_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.subtotal IS 'Sum of the lines without tax (subtotal)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_subtotal IS 'Sum of the lines without tax, in base currency (base_subtotal)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.subtotal_incl_tax IS 'Sum of the lines with tax (subtotal_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_subtotal_incl_tax IS 'Sum of the lines with tax, in base currency (base_subtotal_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.tax_amount IS 'Tax (tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_tax_amount IS 'Tax, in base currency (base_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.discount_amount IS 'Discount; negative (discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_discount_amount IS 'Discount, in base currency; negative (base_discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.shipping_amount IS 'Shipping without tax (shipping_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_shipping_amount IS 'Shipping without tax, in base currency (base_shipping_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.shipping_incl_tax IS 'Shipping with tax (shipping_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_shipping_incl_tax IS 'Shipping with tax, in base currency (base_shipping_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.shipping_tax_amount IS 'Tax of the shipping (shipping_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_shipping_tax_amount IS 'Tax of the shipping, in base currency (base_shipping_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_paid IS 'Paid so far (total_paid)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_total_paid IS 'Paid so far, in base currency (base_total_paid)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_due IS 'Still to be paid; computed when it is read (total_due)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_total_due IS 'Still to be paid, in base currency; computed when it is read (base_total_due)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_invoiced IS 'Invoiced so far (total_invoiced)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_total_invoiced IS 'Invoiced so far, in base currency (base_total_invoiced)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_refunded IS 'Refunded so far (total_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_total_refunded IS 'Refunded so far, in base currency (base_total_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_canceled IS 'Canceled (total_canceled)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.base_total_canceled IS 'Canceled, in base currency (base_total_canceled)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.adjustment_positive IS 'Refunded beside the lines (adjustment_positive)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.adjustment_negative IS 'Kept from refunds (adjustment_negative)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_item_count IS 'Number of lines without the parts of bundles and configurables (total_item_count)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.total_qty_ordered IS 'Number of things ordered (total_qty_ordered)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.weight IS 'Weight (weight)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.coupon_code IS 'Coupon; may have been made for one person (coupon_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.discount_description IS 'Why there is a discount (discount_description)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.applied_rule_ids IS 'Ids of cart price rules, separated by commas (applied_rule_ids)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.shipping_method IS 'Code of carrier and method (extension_attributes.shipping_assignments.shipping.method)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.shipping_description IS 'Name of carrier and method (shipping_description)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.payment_method IS 'Code of the payment method (payment.method)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.billing_address_id IS 'Billing address, see order_addresses (billing_address_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.email_sent IS 'Whether the confirmation was sent (email_sent)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.hold_before_state IS 'State before it was put on hold (hold_before_state)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.hold_before_status IS 'Status before it was put on hold (hold_before_status)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.original_increment_id IS 'Number of the first order, when this one replaces another (original_increment_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.relation_child_id IS 'Id of the order that replaces this one (relation_child_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.relation_parent_id IS 'Id of the order that this one replaces (relation_parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.ext_order_id IS 'Id in another system (ext_order_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.ext_customer_id IS 'Id of the customer in another system (ext_customer_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.extension_attributes IS 'Values that modules add, shipping and taxes (extension_attributes)';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; null after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.content_hash IS 'Digest of what counts of raw; equal digests mean equal content';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.last_seen_at IS 'When it was last read from the shop, to the hour unless it changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.last_verified_at IS 'When it was last compared with the shop as a whole, to the hour';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.deleted_at IS 'When the shop confirmed that it has it no more; null while it exists';
--> statement-breakpoint
COMMENT ON COLUMN magento.orders.erased_at IS 'When the personal data was removed from this row for good';
--> statement-breakpoint
COMMENT ON TABLE magento.order_items IS 'Lines of orders; the parts of bundles and configurables are lines of their own with a parent';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.item_id IS 'Line id in Magento (items: item_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.order_id IS 'Order, see orders (items: order_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.parent_item_id IS 'Line of the bundle or configurable that this one is a part of (items: parent_item_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.quote_item_id IS 'Line of the cart (items: quote_item_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.product_id IS 'Product; it may have been deleted (items: product_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.product_type IS 'simple, configurable, bundle, virtual, downloadable, grouped (items: product_type)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.sku IS 'Article number as it was; of a configurable that of the chosen variant (items: sku)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.name IS 'Name as it was (items: name)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.store_id IS 'Store view (items: store_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.created_at IS 'When it was placed (items: created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.updated_at IS 'Stamp of the line (items: updated_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_ordered IS 'Number ordered (items: qty_ordered)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_invoiced IS 'Number invoiced (items: qty_invoiced)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_shipped IS 'Number shipped (items: qty_shipped)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_refunded IS 'Number refunded (items: qty_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_canceled IS 'Number canceled (items: qty_canceled)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_backordered IS 'Number backordered (items: qty_backordered)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.qty_returned IS 'Number returned (items: qty_returned)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.price IS 'Price of one without tax (items: price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_price IS 'Price of one without tax, in base currency (items: base_price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.original_price IS 'Price of one before discounts of the catalog (items: original_price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_original_price IS 'Price of one before discounts of the catalog, in base currency (items: base_original_price)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.price_incl_tax IS 'Price of one with tax (items: price_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_price_incl_tax IS 'Price of one with tax, in base currency (items: base_price_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.row_total IS 'Price of all without tax (items: row_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_row_total IS 'Price of all without tax, in base currency (items: base_row_total)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.row_total_incl_tax IS 'Price of all with tax (items: row_total_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_row_total_incl_tax IS 'Price of all with tax, in base currency (items: base_row_total_incl_tax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.tax_percent IS 'Tax in percent (items: tax_percent)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.tax_amount IS 'Tax (items: tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_tax_amount IS 'Tax, in base currency (items: base_tax_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.discount_percent IS 'Discount in percent (items: discount_percent)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.discount_amount IS 'Discount; positive (items: discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_discount_amount IS 'Discount, in base currency; positive (items: base_discount_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.row_invoiced IS 'Invoiced without tax (items: row_invoiced)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_row_invoiced IS 'Invoiced without tax, in base currency (items: base_row_invoiced)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.amount_refunded IS 'Refunded (items: amount_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_amount_refunded IS 'Refunded, in base currency (items: base_amount_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_cost IS 'Cost of one, in base currency (items: base_cost)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.weight IS 'Weight of one (items: weight)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.row_weight IS 'Weight of all (items: row_weight)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.is_virtual IS 'Whether nothing is shipped (items: is_virtual)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.is_qty_decimal IS 'Whether parts of one can be bought (items: is_qty_decimal)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.free_shipping IS 'Whether it ships free (items: free_shipping)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.applied_rule_ids IS 'Ids of cart price rules, separated by commas (items: applied_rule_ids)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.product_option IS 'Chosen options; texts such as engravings are among them (items: product_option)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.extension_attributes IS 'Values that modules add (items: extension_attributes)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.order_addresses IS 'Billing and shipping addresses as they were when the order was placed, or as they were edited since';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.entity_id IS 'Id in Magento (billing_address and extension_attributes.shipping_assignments.shipping.address: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.order_id IS 'Order, see orders (billing_address and extension_attributes.shipping_assignments.shipping.address: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.address_type IS 'billing or shipping (billing_address and extension_attributes.shipping_assignments.shipping.address: address_type)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.customer_address_id IS 'Address of the customer that it was copied from; it may be gone (billing_address and extension_attributes.shipping_assignments.shipping.address: customer_address_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.email IS 'E-mail address (billing_address and extension_attributes.shipping_assignments.shipping.address: email)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.prefix IS 'Name prefix (billing_address and extension_attributes.shipping_assignments.shipping.address: prefix)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.firstname IS 'First name (billing_address and extension_attributes.shipping_assignments.shipping.address: firstname)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.middlename IS 'Middle name (billing_address and extension_attributes.shipping_assignments.shipping.address: middlename)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.lastname IS 'Last name (billing_address and extension_attributes.shipping_assignments.shipping.address: lastname)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.suffix IS 'Name suffix (billing_address and extension_attributes.shipping_assignments.shipping.address: suffix)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.company IS 'Company (billing_address and extension_attributes.shipping_assignments.shipping.address: company)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.street IS 'Street lines (billing_address and extension_attributes.shipping_assignments.shipping.address: street)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.city IS 'City (billing_address and extension_attributes.shipping_assignments.shipping.address: city)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.postcode IS 'Postcode (billing_address and extension_attributes.shipping_assignments.shipping.address: postcode)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.country_id IS 'ISO 3166-1 alpha-2 code of the country (billing_address and extension_attributes.shipping_assignments.shipping.address: country_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.region_id IS 'Region in Magento''s directory (billing_address and extension_attributes.shipping_assignments.shipping.address: region_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.region_code IS 'Code of the region; repeats the text for free text (billing_address and extension_attributes.shipping_assignments.shipping.address: region_code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.region IS 'Name of the region (billing_address and extension_attributes.shipping_assignments.shipping.address: region)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.telephone IS 'Telephone (billing_address and extension_attributes.shipping_assignments.shipping.address: telephone)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.fax IS 'Fax (billing_address and extension_attributes.shipping_assignments.shipping.address: fax)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.vat_id IS 'VAT number (billing_address and extension_attributes.shipping_assignments.shipping.address: vat_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_addresses.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.order_payments IS 'How orders are paid';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.entity_id IS 'Id in Magento (payment: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.order_id IS 'Order, see orders (payment: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.method IS 'Code of the method (payment: method)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.amount_ordered IS 'To be paid (payment: amount_ordered)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.base_amount_ordered IS 'To be paid, in base currency (payment: base_amount_ordered)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.amount_authorized IS 'Authorized (payment: amount_authorized)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.base_amount_authorized IS 'Authorized, in base currency (payment: base_amount_authorized)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.amount_paid IS 'Paid (payment: amount_paid)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.base_amount_paid IS 'Paid, in base currency (payment: base_amount_paid)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.amount_refunded IS 'Refunded (payment: amount_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.base_amount_refunded IS 'Refunded, in base currency (payment: base_amount_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.amount_canceled IS 'Canceled (payment: amount_canceled)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.shipping_amount IS 'Of it for shipping (payment: shipping_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.shipping_captured IS 'Of it for shipping, paid (payment: shipping_captured)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.shipping_refunded IS 'Of it for shipping, refunded (payment: shipping_refunded)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.last_trans_id IS 'Last transaction at the payment provider (payment: last_trans_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.po_number IS 'Number of the customer''s purchase order (payment: po_number)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_payments.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.order_status_history IS 'Comments of orders and changes of their status';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.entity_id IS 'Id in Magento (status_histories: entity_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.order_id IS 'Order, see orders (status_histories: parent_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.created_at IS 'When it was written (status_histories: created_at)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.status IS 'Status of the order from then on (status_histories: status)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.entity_name IS 'What it is about: order, invoice, shipment, creditmemo (status_histories: entity_name)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.comment IS 'Text; may hold HTML (status_histories: comment)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.is_customer_notified IS 'Whether the customer was told (status_histories: is_customer_notified)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.is_visible_on_front IS 'Whether the customer can see it (status_histories: is_visible_on_front)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_status_history.deleted_at IS 'Deleted together with its record; null while that exists';
--> statement-breakpoint
COMMENT ON TABLE magento.order_taxes IS 'Taxes of orders by rate';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.shop IS 'Short name of the shop the row belongs to';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.order_id IS 'Order, see orders (extension_attributes.taxes: order_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.tax_id IS 'Id in Magento; 0 before 2.4.7 (extension_attributes.taxes: tax_id)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.code IS 'Code of the rate (extension_attributes.taxes: code)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.title IS 'Name of the rate (extension_attributes.taxes: title)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.percent IS 'In percent (extension_attributes.taxes: percent)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.amount IS 'Tax (extension_attributes.taxes: amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.base_amount IS 'Tax, in base currency (extension_attributes.taxes: base_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.base_real_amount IS 'Tax of the lines, in base currency (extension_attributes.taxes: base_real_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.priority IS 'Priority (extension_attributes.taxes: priority)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.position IS 'Place (extension_attributes.taxes: position)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.raw IS 'The whole object as the shop sent it, without secrets and without what it says twice; {} after an erasure';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.first_seen_at IS 'When the copy saw it first';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.changed_at IS 'When the copy was last changed';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_taxes.deleted_at IS 'Deleted together with its record; null while that exists';