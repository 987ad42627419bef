-- outside a transaction
-- Built without holding up anybody who reads or writes; every statement can be repeated.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "changes_age_idx" ON "sync"."changes" USING btree ("shop","recorded_at");
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "runs_kinds_idx" ON "sync"."runs" USING btree ("shop","entity","kind","status","started_at","id");
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "quarantine_open_idx" ON "sync"."quarantine" USING btree ("shop","entity","id") WHERE "sync"."quarantine"."resolved_at" is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "customers_living_idx" ON "magento"."customers" USING btree ("shop","id") WHERE "magento"."customers"."deleted_at" is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "customers_tombstones_idx" ON "magento"."customers" USING btree ("shop","id") WHERE ("magento"."customers"."deleted_at" is not null and "magento"."customers"."erased_at" is null);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "customers_erased_idx" ON "magento"."customers" USING btree ("shop","id") WHERE "magento"."customers"."erased_at" is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_living_idx" ON "magento"."orders" USING btree ("shop","entity_id") WHERE "magento"."orders"."deleted_at" is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_tombstones_idx" ON "magento"."orders" USING btree ("shop","entity_id") WHERE ("magento"."orders"."deleted_at" is not null and "magento"."orders"."erased_at" is null);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_erased_idx" ON "magento"."orders" USING btree ("shop","entity_id") WHERE "magento"."orders"."erased_at" is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "invoices_living_idx" ON "magento"."invoices" USING btree ("shop","entity_id") WHERE "magento"."invoices"."deleted_at" is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "invoices_tombstones_idx" ON "magento"."invoices" USING btree ("shop","entity_id") WHERE ("magento"."invoices"."deleted_at" is not null and "magento"."invoices"."erased_at" is null);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "invoices_erased_idx" ON "magento"."invoices" USING btree ("shop","entity_id") WHERE "magento"."invoices"."erased_at" is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "shipments_living_idx" ON "magento"."shipments" USING btree ("shop","entity_id") WHERE "magento"."shipments"."deleted_at" is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "shipments_tombstones_idx" ON "magento"."shipments" USING btree ("shop","entity_id") WHERE ("magento"."shipments"."deleted_at" is not null and "magento"."shipments"."erased_at" is null);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "shipments_erased_idx" ON "magento"."shipments" USING btree ("shop","entity_id") WHERE "magento"."shipments"."erased_at" is not null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "credit_memos_living_idx" ON "magento"."credit_memos" USING btree ("shop","entity_id") WHERE "magento"."credit_memos"."deleted_at" is null;
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "credit_memos_tombstones_idx" ON "magento"."credit_memos" USING btree ("shop","entity_id") WHERE ("magento"."credit_memos"."deleted_at" is not null and "magento"."credit_memos"."erased_at" is null);
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "credit_memos_erased_idx" ON "magento"."credit_memos" USING btree ("shop","entity_id") WHERE "magento"."credit_memos"."erased_at" is not null;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "sync"."changes_recorded_at_idx";
--> statement-breakpoint
-- What was there before the triggers, as one statement each sees it.
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'customers', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, id >> 12 AS block, count(*) AS living, 0 AS deleted, 0 AS erased FROM magento.customers WHERE deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, id >> 12, 0, count(*), count(erased_at) FROM magento.customers WHERE deleted_at IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT shop, id >> 12, 0, 0, count(*) FROM magento.customers WHERE erased_at IS NOT NULL AND deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'customers'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'customers'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'customer_addresses', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, customer_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.customer_addresses GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'customer_addresses'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'customer_addresses'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'orders', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, entity_id >> 12 AS block, count(*) AS living, 0 AS deleted, 0 AS erased FROM magento.orders WHERE deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, count(*), count(erased_at) FROM magento.orders WHERE deleted_at IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, 0, count(*) FROM magento.orders WHERE erased_at IS NOT NULL AND deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'orders'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'orders'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'order_items', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, order_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.order_items GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'order_items'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'order_items'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'order_addresses', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, order_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.order_addresses GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'order_addresses'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'order_addresses'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'order_payments', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, order_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.order_payments GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'order_payments'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'order_payments'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'order_status_history', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, order_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.order_status_history GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'order_status_history'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'order_status_history'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'order_taxes', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, order_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.order_taxes GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'order_taxes'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'order_taxes'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'invoices', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, entity_id >> 12 AS block, count(*) AS living, 0 AS deleted, 0 AS erased FROM magento.invoices WHERE deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, count(*), count(erased_at) FROM magento.invoices WHERE deleted_at IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, 0, count(*) FROM magento.invoices WHERE erased_at IS NOT NULL AND deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'invoices'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'invoices'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'invoice_items', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.invoice_items GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'invoice_items'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'invoice_items'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'invoice_comments', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.invoice_comments GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'invoice_comments'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'invoice_comments'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'shipments', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, entity_id >> 12 AS block, count(*) AS living, 0 AS deleted, 0 AS erased FROM magento.shipments WHERE deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, count(*), count(erased_at) FROM magento.shipments WHERE deleted_at IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, 0, count(*) FROM magento.shipments WHERE erased_at IS NOT NULL AND deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'shipments'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'shipments'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'shipment_items', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.shipment_items GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'shipment_items'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'shipment_items'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'shipment_tracks', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.shipment_tracks GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'shipment_tracks'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'shipment_tracks'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'shipment_comments', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.shipment_comments GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'shipment_comments'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'shipment_comments'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'credit_memos', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, entity_id >> 12 AS block, count(*) AS living, 0 AS deleted, 0 AS erased FROM magento.credit_memos WHERE deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, count(*), count(erased_at) FROM magento.credit_memos WHERE deleted_at IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT shop, entity_id >> 12, 0, 0, count(*) FROM magento.credit_memos WHERE erased_at IS NOT NULL AND deleted_at IS NULL GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'credit_memos'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'credit_memos'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'credit_memo_items', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.credit_memo_items GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'credit_memo_items'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'credit_memo_items'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
--> statement-breakpoint
INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
SELECT shop, 'credit_memo_comments', block, sum(living), sum(deleted), sum(erased) FROM (
  SELECT shop, parent_id >> 12 AS block, count(*) - count(deleted_at) AS living, count(deleted_at) AS deleted, 0 AS erased FROM magento.credit_memo_comments GROUP BY 1, 2
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_counts WHERE table_name = 'credit_memo_comments'
  UNION ALL SELECT shop, block, -living, -deleted, -erased FROM sync.row_count_changes WHERE table_name = 'credit_memo_comments'
) AS counted GROUP BY shop, block HAVING sum(living) <> 0 OR sum(deleted) <> 0 OR sum(erased) <> 0;
