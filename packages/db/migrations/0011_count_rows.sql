CREATE TABLE "sync"."row_count_changes" (
	"shop" text NOT NULL,
	"table_name" text NOT NULL,
	"block" bigint NOT NULL,
	"living" bigint NOT NULL,
	"deleted" bigint NOT NULL,
	"erased" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "sync"."row_count_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	CONSTRAINT "row_count_changes_pkey" PRIMARY KEY("shop","table_name","id")
);
--> statement-breakpoint
CREATE TABLE "sync"."row_counts" (
	"shop" text NOT NULL,
	"table_name" text NOT NULL,
	"block" bigint NOT NULL,
	"living" bigint NOT NULL,
	"deleted" bigint NOT NULL,
	"erased" bigint NOT NULL,
	CONSTRAINT "row_counts_pkey" PRIMARY KEY("shop","table_name","block")
);
--> statement-breakpoint
COMMENT ON TABLE sync.row_counts IS 'How many rows each table of the copy has, by blocks of 4096 ids; add what row_count_changes has';
COMMENT ON COLUMN sync.row_counts.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.row_counts.table_name IS 'Table in the schema magento';
COMMENT ON COLUMN sync.row_counts.block IS 'Ids of records from this number times 4096 on; parts count with their record';
COMMENT ON COLUMN sync.row_counts.living IS 'Rows without deleted_at';
COMMENT ON COLUMN sync.row_counts.deleted IS 'Rows with deleted_at';
COMMENT ON COLUMN sync.row_counts.erased IS 'Rows with erased_at, living or deleted';
COMMENT ON TABLE sync.row_count_changes IS 'What statements added to row_counts and nobody has summed up yet';
COMMENT ON COLUMN sync.row_count_changes.shop IS 'Short name of the shop';
COMMENT ON COLUMN sync.row_count_changes.table_name IS 'Table in the schema magento';
COMMENT ON COLUMN sync.row_count_changes.block IS 'Ids of records from this number times 4096 on; parts count with their record';
COMMENT ON COLUMN sync.row_count_changes.living IS 'Rows without deleted_at';
COMMENT ON COLUMN sync.row_count_changes.deleted IS 'Rows with deleted_at';
COMMENT ON COLUMN sync.row_count_changes.erased IS 'Rows with erased_at, living or deleted';
COMMENT ON COLUMN sync.row_count_changes.id IS 'Tells changes apart';
--> statement-breakpoint
CREATE FUNCTION sync.count_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  columns text := format('shop, %I >> 12 AS block, deleted_at, %s AS erased_at', tg_argv[0], tg_argv[1]);
  old_ones text := format('SELECT %s, -1 AS sign FROM old_rows', columns);
  new_ones text := format('SELECT %s, 1 AS sign FROM new_rows', columns);
BEGIN
  IF tg_op = 'TRUNCATE' THEN
    DELETE FROM sync.row_counts WHERE table_name = tg_table_name;
    DELETE FROM sync.row_count_changes WHERE table_name = tg_table_name;
    RETURN NULL;
  END IF;
  EXECUTE 'INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
    SELECT shop, $1, block, living, deleted, erased FROM (
      SELECT shop, block, coalesce(sum(sign) FILTER (WHERE deleted_at IS NULL), 0) AS living,
        coalesce(sum(sign) FILTER (WHERE deleted_at IS NOT NULL), 0) AS deleted,
        coalesce(sum(sign) FILTER (WHERE erased_at IS NOT NULL), 0) AS erased
      FROM (' || CASE tg_op WHEN 'INSERT' THEN new_ones WHEN 'DELETE' THEN old_ones ELSE old_ones || ' UNION ALL ' || new_ones END
    || ') AS written GROUP BY shop, block) AS counted WHERE (living, deleted, erased) <> (0, 0, 0)'
    USING tg_table_name::text;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('id', 'erased_at');
CREATE TRIGGER count_update AFTER UPDATE ON magento.customers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('id', 'erased_at');
CREATE TRIGGER count_delete AFTER DELETE ON magento.customers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('id', 'erased_at');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.customers FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('id', 'erased_at');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.customer_addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('customer_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.customer_addresses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('customer_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.customer_addresses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('customer_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.customer_addresses FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('customer_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_update AFTER UPDATE ON magento.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_delete AFTER DELETE ON magento.orders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.orders FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.order_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.order_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.order_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.order_items FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.order_addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.order_addresses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.order_addresses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.order_addresses FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.order_payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.order_payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.order_payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.order_payments FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.order_status_history REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.order_status_history REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.order_status_history REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.order_status_history FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.order_taxes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.order_taxes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.order_taxes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.order_taxes FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('order_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_update AFTER UPDATE ON magento.invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_delete AFTER DELETE ON magento.invoices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.invoices FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.invoice_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.invoice_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.invoice_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.invoice_items FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.invoice_comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.invoice_comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.invoice_comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.invoice_comments FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.shipments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_update AFTER UPDATE ON magento.shipments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_delete AFTER DELETE ON magento.shipments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.shipments FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.shipment_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.shipment_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.shipment_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.shipment_items FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.shipment_tracks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.shipment_tracks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.shipment_tracks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.shipment_tracks FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.shipment_comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.shipment_comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.shipment_comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.shipment_comments FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.credit_memos REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_update AFTER UPDATE ON magento.credit_memos REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_delete AFTER DELETE ON magento.credit_memos REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.credit_memos FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('entity_id', 'erased_at');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.credit_memo_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.credit_memo_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.credit_memo_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.credit_memo_items FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
CREATE TRIGGER count_insert AFTER INSERT ON magento.credit_memo_comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_update AFTER UPDATE ON magento.credit_memo_comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_delete AFTER DELETE ON magento.credit_memo_comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
CREATE TRIGGER count_truncate AFTER TRUNCATE ON magento.credit_memo_comments FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows('parent_id', 'NULL::timestamptz');
--> statement-breakpoint
COMMENT ON FUNCTION sync.count_rows() IS 'Notes how the statement changed the number of rows of its table; called by triggers of every table of the copy';
