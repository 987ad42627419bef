CREATE VIEW magento.order_lines AS
SELECT i.shop, i.order_id, i.item_id, o.increment_id, o.created_at, o.store_id, o.state, o.status, o.last_customer_id AS customer_id,
  o.order_currency_code AS currency, o.base_currency_code AS base_currency,
  i.product_id, i.product_type, i.sku, i.name,
  i.qty_ordered, i.qty_invoiced, i.qty_refunded, i.qty_canceled,
  i.price, i.row_total, i.tax_amount, i.discount_amount,
  i.row_total - coalesce(i.discount_amount, 0) + coalesce(i.tax_amount, 0) AS paid_total,
  i.row_invoiced, i.amount_refunded,
  i.base_price, i.base_row_total, i.base_tax_amount, i.base_discount_amount
FROM magento.order_items i
JOIN magento.orders o ON o.shop = i.shop AND o.entity_id = i.order_id
WHERE i.parent_item_id IS NULL AND i.deleted_at IS NULL AND o.deleted_at IS NULL;
--> statement-breakpoint
COMMENT ON VIEW magento.order_lines IS 'One row a sold line of living orders: bundles and configurables once, by the line that carries their price, never their parts';
--> statement-breakpoint
COMMENT ON COLUMN magento.order_lines.shop IS 'Short name of the shop';
COMMENT ON COLUMN magento.order_lines.order_id IS 'Order, see orders';
COMMENT ON COLUMN magento.order_lines.item_id IS 'Line, see order_items';
COMMENT ON COLUMN magento.order_lines.increment_id IS 'Number of the order that people see';
COMMENT ON COLUMN magento.order_lines.created_at IS 'When the order was placed';
COMMENT ON COLUMN magento.order_lines.store_id IS 'Store view of the order';
COMMENT ON COLUMN magento.order_lines.state IS 'State of the order';
COMMENT ON COLUMN magento.order_lines.status IS 'Status of the order';
COMMENT ON COLUMN magento.order_lines.customer_id IS 'Customer as long as one was ever shown';
COMMENT ON COLUMN magento.order_lines.currency IS 'Currency of all amounts that do not begin with base_';
COMMENT ON COLUMN magento.order_lines.base_currency IS 'Currency of all amounts that begin with base_';
COMMENT ON COLUMN magento.order_lines.product_id IS 'Product';
COMMENT ON COLUMN magento.order_lines.product_type IS 'simple, configurable, bundle …';
COMMENT ON COLUMN magento.order_lines.sku IS 'Article number';
COMMENT ON COLUMN magento.order_lines.name IS 'Name';
COMMENT ON COLUMN magento.order_lines.qty_ordered IS 'Number ordered';
COMMENT ON COLUMN magento.order_lines.qty_invoiced IS 'Number invoiced';
COMMENT ON COLUMN magento.order_lines.qty_refunded IS 'Number refunded';
COMMENT ON COLUMN magento.order_lines.qty_canceled IS 'Number canceled';
COMMENT ON COLUMN magento.order_lines.price IS 'Price of one without tax';
COMMENT ON COLUMN magento.order_lines.row_total IS 'Price of all without tax, before the discount';
COMMENT ON COLUMN magento.order_lines.tax_amount IS 'Tax';
COMMENT ON COLUMN magento.order_lines.discount_amount IS 'Discount; positive';
COMMENT ON COLUMN magento.order_lines.paid_total IS 'Price of all with tax, less the discount';
COMMENT ON COLUMN magento.order_lines.row_invoiced IS 'Invoiced without tax';
COMMENT ON COLUMN magento.order_lines.amount_refunded IS 'Refunded without tax';
COMMENT ON COLUMN magento.order_lines.base_price IS 'Price of one without tax, in base currency';
COMMENT ON COLUMN magento.order_lines.base_row_total IS 'Price of all without tax, in base currency';
COMMENT ON COLUMN magento.order_lines.base_tax_amount IS 'Tax, in base currency';
COMMENT ON COLUMN magento.order_lines.base_discount_amount IS 'Discount, in base currency; positive';
--> statement-breakpoint
CREATE VIEW magento.sales_by_day AS
SELECT shop, (created_at AT TIME ZONE 'UTC')::date AS day, store_id, order_currency_code AS currency,
  count(*) AS orders, sum(grand_total) AS ordered,
  coalesce(sum(total_invoiced), 0) AS invoiced, coalesce(sum(total_refunded), 0) AS refunded,
  coalesce(sum(total_canceled), 0) AS canceled
FROM magento.orders
WHERE deleted_at IS NULL
GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
COMMENT ON VIEW magento.sales_by_day IS 'What was ordered on each day (UTC) and what became of it until now, by store view and by the currency that customers saw';
--> statement-breakpoint
COMMENT ON COLUMN magento.sales_by_day.shop IS 'Short name of the shop';
COMMENT ON COLUMN magento.sales_by_day.day IS 'Day on which the orders were placed, UTC';
COMMENT ON COLUMN magento.sales_by_day.store_id IS 'Store view; null also when it was deleted';
COMMENT ON COLUMN magento.sales_by_day.currency IS 'Currency of the amounts; never add up several';
COMMENT ON COLUMN magento.sales_by_day.orders IS 'Number of orders, canceled ones included';
COMMENT ON COLUMN magento.sales_by_day.ordered IS 'Sum of their grand totals';
COMMENT ON COLUMN magento.sales_by_day.invoiced IS 'Invoiced of these orders so far';
COMMENT ON COLUMN magento.sales_by_day.refunded IS 'Refunded of these orders so far; positive';
COMMENT ON COLUMN magento.sales_by_day.canceled IS 'Canceled of these orders so far';
