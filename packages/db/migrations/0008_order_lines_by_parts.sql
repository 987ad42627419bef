ALTER TABLE "magento"."order_items" ADD COLUMN "discount_tax_compensation_amount" numeric(20, 4);--> statement-breakpoint
ALTER TABLE "magento"."order_items" ADD COLUMN "base_discount_tax_compensation_amount" numeric(20, 4);--> statement-breakpoint
ALTER TABLE "magento"."order_items" ADD COLUMN "weee_tax_applied_row_amount" numeric(20, 4);--> statement-breakpoint
ALTER TABLE "magento"."order_items" ADD COLUMN "base_weee_tax_applied_row_amount" numeric(20, 4);--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.discount_tax_compensation_amount IS 'Tax within the discount, where prices include tax (items: discount_tax_compensation_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_discount_tax_compensation_amount IS 'Tax within the discount, where prices include tax, in base currency (items: base_discount_tax_compensation_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.weee_tax_applied_row_amount IS 'Fixed product tax (items: weee_tax_applied_row_amount)';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_items.base_weee_tax_applied_row_amount IS 'Fixed product tax, in base currency (items: base_weee_tax_applied_row_amnt)';
--> statement-breakpoint
UPDATE magento.order_items SET
  discount_tax_compensation_amount = CASE WHEN jsonb_typeof(raw->'discount_tax_compensation_amount') = 'number' THEN (raw->>'discount_tax_compensation_amount')::numeric END,
  base_discount_tax_compensation_amount = CASE WHEN jsonb_typeof(raw->'base_discount_tax_compensation_amount') = 'number' THEN (raw->>'base_discount_tax_compensation_amount')::numeric END,
  weee_tax_applied_row_amount = CASE WHEN jsonb_typeof(raw->'weee_tax_applied_row_amount') = 'number' THEN (raw->>'weee_tax_applied_row_amount')::numeric END,
  base_weee_tax_applied_row_amount = CASE WHEN jsonb_typeof(raw->'base_weee_tax_applied_row_amnt') = 'number' THEN (raw->>'base_weee_tax_applied_row_amnt')::numeric END;
--> statement-breakpoint
DROP VIEW magento.order_lines;
--> statement-breakpoint
DROP VIEW magento.sales_by_day;
--> statement-breakpoint
CREATE VIEW magento.order_lines AS
SELECT i.shop,
  i.order_id,
  i.item_id,
  o.increment_id,
  o.created_at,
  o.store_id,
  o.state,
  o.status,
  o.last_customer_id AS customer_id,
  o.order_currency_code AS currency,
  o.base_currency_code AS base_currency,
  i.product_id,
  i.product_type,
  i.sku,
  i.name,
  i.qty_ordered,
  own.qty_invoiced,
  own.qty_shipped,
  own.qty_refunded,
  own.qty_canceled,
  i.price,
  i.row_total,
  own.tax_amount,
  own.discount_amount,
  (i.row_total - coalesce(own.discount_amount, 0) + coalesce(own.tax_amount, 0)
    + coalesce(own.discount_tax_compensation_amount, 0)
    + coalesce(own.weee_tax_applied_row_amount, 0))::numeric(20, 4) AS paid_total,
  own.row_invoiced,
  own.amount_refunded,
  i.base_price,
  i.base_row_total,
  own.base_tax_amount,
  own.base_discount_amount,
  (i.base_row_total - coalesce(own.base_discount_amount, 0) + coalesce(own.base_tax_amount, 0)
    + coalesce(own.base_discount_tax_compensation_amount, 0)
    + coalesce(own.base_weee_tax_applied_row_amount, 0))::numeric(20, 4) AS base_paid_total,
  own.base_row_invoiced,
  own.base_amount_refunded
FROM magento.order_items i
JOIN magento.orders o ON o.shop = i.shop AND o.entity_id = i.order_id
-- Magento keeps what happens to bundles with prices of their parts, or whose parts ship separately, with the parts alone.
LEFT JOIN LATERAL (
  SELECT floor(min(c.qty_invoiced * i.qty_ordered / nullif(c.qty_ordered, 0))) AS qty_invoiced,
    floor(min(c.qty_shipped * i.qty_ordered / nullif(c.qty_ordered, 0)) FILTER (WHERE c.is_virtual IS NOT TRUE)) AS qty_shipped,
    floor(min(c.qty_refunded * i.qty_ordered / nullif(c.qty_ordered, 0))) AS qty_refunded,
    floor(min(c.qty_canceled * i.qty_ordered / nullif(c.qty_ordered, 0))) AS qty_canceled,
    sum(c.tax_amount) AS tax_amount,
    sum(c.discount_amount) AS discount_amount,
    sum(c.discount_tax_compensation_amount) AS discount_tax_compensation_amount,
    sum(c.weee_tax_applied_row_amount) AS weee_tax_applied_row_amount,
    sum(c.row_invoiced) AS row_invoiced,
    sum(c.amount_refunded) AS amount_refunded,
    sum(c.base_tax_amount) AS base_tax_amount,
    sum(c.base_discount_amount) AS base_discount_amount,
    sum(c.base_discount_tax_compensation_amount) AS base_discount_tax_compensation_amount,
    sum(c.base_weee_tax_applied_row_amount) AS base_weee_tax_applied_row_amount,
    sum(c.base_row_invoiced) AS base_row_invoiced,
    sum(c.base_amount_refunded) AS base_amount_refunded
  FROM magento.order_items c
  WHERE c.shop = i.shop AND c.order_id = i.order_id AND c.parent_item_id = i.item_id AND c.deleted_at IS NULL
    AND coalesce(i.product_type, '') NOT IN ('simple', 'configurable', 'virtual', 'downloadable', 'grouped')
) parts ON true
CROSS JOIN LATERAL (
  SELECT coalesce(nullif(i.qty_invoiced, 0), parts.qty_invoiced, i.qty_invoiced)::numeric(12, 4) AS qty_invoiced,
    coalesce(nullif(i.qty_shipped, 0), parts.qty_shipped, i.qty_shipped)::numeric(12, 4) AS qty_shipped,
    coalesce(nullif(i.qty_refunded, 0), parts.qty_refunded, i.qty_refunded)::numeric(12, 4) AS qty_refunded,
    coalesce(nullif(i.qty_canceled, 0), parts.qty_canceled, i.qty_canceled)::numeric(12, 4) AS qty_canceled,
    coalesce(nullif(i.tax_amount, 0), parts.tax_amount, i.tax_amount)::numeric(20, 4) AS tax_amount,
    coalesce(nullif(i.discount_amount, 0), parts.discount_amount, i.discount_amount)::numeric(20, 4) AS discount_amount,
    coalesce(nullif(i.discount_tax_compensation_amount, 0), parts.discount_tax_compensation_amount, i.discount_tax_compensation_amount)::numeric(20, 4) AS discount_tax_compensation_amount,
    coalesce(nullif(i.weee_tax_applied_row_amount, 0), parts.weee_tax_applied_row_amount, i.weee_tax_applied_row_amount)::numeric(20, 4) AS weee_tax_applied_row_amount,
    coalesce(nullif(i.row_invoiced, 0), parts.row_invoiced, i.row_invoiced)::numeric(20, 4) AS row_invoiced,
    coalesce(nullif(i.amount_refunded, 0), parts.amount_refunded, i.amount_refunded)::numeric(20, 4) AS amount_refunded,
    coalesce(nullif(i.base_tax_amount, 0), parts.base_tax_amount, i.base_tax_amount)::numeric(20, 4) AS base_tax_amount,
    coalesce(nullif(i.base_discount_amount, 0), parts.base_discount_amount, i.base_discount_amount)::numeric(20, 4) AS base_discount_amount,
    coalesce(nullif(i.base_discount_tax_compensation_amount, 0), parts.base_discount_tax_compensation_amount, i.base_discount_tax_compensation_amount)::numeric(20, 4) AS base_discount_tax_compensation_amount,
    coalesce(nullif(i.base_weee_tax_applied_row_amount, 0), parts.base_weee_tax_applied_row_amount, i.base_weee_tax_applied_row_amount)::numeric(20, 4) AS base_weee_tax_applied_row_amount,
    coalesce(nullif(i.base_row_invoiced, 0), parts.base_row_invoiced, i.base_row_invoiced)::numeric(20, 4) AS base_row_invoiced,
    coalesce(nullif(i.base_amount_refunded, 0), parts.base_amount_refunded, i.base_amount_refunded)::numeric(20, 4) AS base_amount_refunded
) own
WHERE i.parent_item_id IS NULL AND i.deleted_at IS NULL AND o.deleted_at IS NULL;
--> statement-breakpoint
COMMENT ON VIEW magento.order_lines IS 'One row a sold line of living orders: bundles and configurables once, never their parts';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_lines.shop IS 'Short name of the shop';
COMMENT ON COLUMN magento.order_lines.order_id IS 'Order, see orders';
COMMENT ON COLUMN magento.order_lines.item_id IS 'Line, see order_items';
COMMENT ON COLUMN magento.order_lines.increment_id IS 'Number of the order that people see';
COMMENT ON COLUMN magento.order_lines.created_at IS 'When the order was placed';
COMMENT ON COLUMN magento.order_lines.store_id IS 'Store view of the order; null also when it was deleted';
COMMENT ON COLUMN magento.order_lines.state IS 'State of the order';
COMMENT ON COLUMN magento.order_lines.status IS 'Status of the order';
COMMENT ON COLUMN magento.order_lines.customer_id IS 'Customer as long as one was ever shown';
COMMENT ON COLUMN magento.order_lines.currency IS 'Currency of all amounts that do not begin with base_';
COMMENT ON COLUMN magento.order_lines.base_currency IS 'Currency of all amounts that begin with base_';
COMMENT ON COLUMN magento.order_lines.product_id IS 'Product';
COMMENT ON COLUMN magento.order_lines.product_type IS 'simple, configurable, bundle …';
COMMENT ON COLUMN magento.order_lines.sku IS 'Article number; of a configurable that of the chosen variant';
COMMENT ON COLUMN magento.order_lines.name IS 'Name';
COMMENT ON COLUMN magento.order_lines.qty_ordered IS 'Number ordered';
COMMENT ON COLUMN magento.order_lines.qty_invoiced IS 'Number invoiced';
COMMENT ON COLUMN magento.order_lines.qty_shipped IS 'Number shipped; of bundles whose parts ship separately, those that are complete';
COMMENT ON COLUMN magento.order_lines.qty_refunded IS 'Number refunded';
COMMENT ON COLUMN magento.order_lines.qty_canceled IS 'Number canceled';
COMMENT ON COLUMN magento.order_lines.price IS 'Price of one without tax';
COMMENT ON COLUMN magento.order_lines.row_total IS 'Price of all without tax, before the discount';
COMMENT ON COLUMN magento.order_lines.tax_amount IS 'Tax';
COMMENT ON COLUMN magento.order_lines.discount_amount IS 'Discount; positive';
COMMENT ON COLUMN magento.order_lines.paid_total IS 'What the line costs: with tax, less the discount';
COMMENT ON COLUMN magento.order_lines.row_invoiced IS 'Invoiced without tax';
COMMENT ON COLUMN magento.order_lines.amount_refunded IS 'Refunded without tax';
COMMENT ON COLUMN magento.order_lines.base_price IS 'Price of one without tax, in base currency';
COMMENT ON COLUMN magento.order_lines.base_row_total IS 'Price of all without tax, before the discount, in base currency';
COMMENT ON COLUMN magento.order_lines.base_tax_amount IS 'Tax, in base currency';
COMMENT ON COLUMN magento.order_lines.base_discount_amount IS 'Discount, in base currency; positive';
COMMENT ON COLUMN magento.order_lines.base_paid_total IS 'What the line costs: with tax, less the discount, in base currency';
COMMENT ON COLUMN magento.order_lines.base_row_invoiced IS 'Invoiced without tax, in base currency';
COMMENT ON COLUMN magento.order_lines.base_amount_refunded IS 'Refunded without tax, in base currency';
--> statement-breakpoint
CREATE VIEW magento.sales_by_day AS
SELECT shop,
  (created_at AT TIME ZONE 'UTC')::date AS day,
  store_id,
  order_currency_code AS currency,
  base_currency_code AS base_currency,
  count(*) AS orders,
  count(*) FILTER (WHERE state = 'canceled') AS canceled_orders,
  coalesce(sum(grand_total), 0) AS ordered,
  coalesce(sum(total_invoiced), 0) AS invoiced,
  coalesce(sum(total_paid), 0) AS paid,
  coalesce(sum(total_refunded), 0) AS refunded,
  coalesce(sum(total_canceled), 0) AS canceled,
  coalesce(sum(base_grand_total), 0) AS base_ordered,
  coalesce(sum(base_total_invoiced), 0) AS base_invoiced,
  coalesce(sum(base_total_paid), 0) AS base_paid,
  coalesce(sum(base_total_refunded), 0) AS base_refunded,
  coalesce(sum(base_total_canceled), 0) AS base_canceled
FROM magento.orders
WHERE deleted_at IS NULL
GROUP BY 1, 2, 3, 4, 5;
--> statement-breakpoint
COMMENT ON VIEW magento.sales_by_day IS 'What was ordered on each day (UTC) and what became of it until now, by store view and currencies';
--> statement-breakpoint
COMMENT ON COLUMN magento.sales_by_day.shop IS 'Short name of the shop';
COMMENT ON COLUMN magento.sales_by_day.day IS 'Day on which the orders were placed, UTC';
COMMENT ON COLUMN magento.sales_by_day.store_id IS 'Store view; null also when it was deleted';
COMMENT ON COLUMN magento.sales_by_day.currency IS 'Currency of all amounts that do not begin with base_; never add up several';
COMMENT ON COLUMN magento.sales_by_day.base_currency IS 'Currency of all amounts that begin with base_';
COMMENT ON COLUMN magento.sales_by_day.orders IS 'Number of orders, canceled ones and those of erased people included';
COMMENT ON COLUMN magento.sales_by_day.canceled_orders IS 'Of them canceled';
COMMENT ON COLUMN magento.sales_by_day.ordered IS 'Sum of their grand totals, canceled orders included';
COMMENT ON COLUMN magento.sales_by_day.invoiced IS 'Invoiced of these orders so far';
COMMENT ON COLUMN magento.sales_by_day.paid IS 'Paid of these orders so far';
COMMENT ON COLUMN magento.sales_by_day.refunded IS 'Refunded of these orders so far; positive';
COMMENT ON COLUMN magento.sales_by_day.canceled IS 'Canceled of these orders so far; positive';
COMMENT ON COLUMN magento.sales_by_day.base_ordered IS 'Sum of their grand totals, canceled orders included, in base currency';
COMMENT ON COLUMN magento.sales_by_day.base_invoiced IS 'Invoiced of these orders so far, in base currency';
COMMENT ON COLUMN magento.sales_by_day.base_paid IS 'Paid of these orders so far, in base currency';
COMMENT ON COLUMN magento.sales_by_day.base_refunded IS 'Refunded of these orders so far, in base currency; positive';
COMMENT ON COLUMN magento.sales_by_day.base_canceled IS 'Canceled of these orders so far, in base currency; positive';
