CREATE OR REPLACE FUNCTION sync.count_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  -- Inserted rows of the tables of today: by statements that a session plans once for each table, instead of with every call.
  IF tg_op = 'INSERT' THEN
    CASE tg_argv[0] || ' ' || tg_argv[1]
      WHEN 'id erased_at' THEN
        INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
        SELECT shop, tg_table_name, id >> 12, count(*) - count(deleted_at), count(deleted_at), count(erased_at) FROM new_rows GROUP BY 1, 3;
        RETURN NULL;
      WHEN 'entity_id erased_at' THEN
        INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
        SELECT shop, tg_table_name, entity_id >> 12, count(*) - count(deleted_at), count(deleted_at), count(erased_at) FROM new_rows GROUP BY 1, 3;
        RETURN NULL;
      WHEN 'customer_id NULL::timestamptz' THEN
        INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
        SELECT shop, tg_table_name, customer_id >> 12, count(*) - count(deleted_at), count(deleted_at), 0 FROM new_rows GROUP BY 1, 3;
        RETURN NULL;
      WHEN 'order_id NULL::timestamptz' THEN
        INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
        SELECT shop, tg_table_name, order_id >> 12, count(*) - count(deleted_at), count(deleted_at), 0 FROM new_rows GROUP BY 1, 3;
        RETURN NULL;
      WHEN 'parent_id NULL::timestamptz' THEN
        INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
        SELECT shop, tg_table_name, parent_id >> 12, count(*) - count(deleted_at), count(deleted_at), 0 FROM new_rows GROUP BY 1, 3;
        RETURN NULL;
      ELSE
        NULL;
    END CASE;
  ELSIF tg_op = 'TRUNCATE' THEN
    DELETE FROM sync.row_counts WHERE table_name = tg_table_name;
    DELETE FROM sync.row_count_changes WHERE table_name = tg_table_name;
    RETURN NULL;
  END IF;
  DECLARE
    columns text := format('shop, %I >> 12 AS block, deleted_at, %s AS erased_at', tg_argv[0], tg_argv[1]);
    old_ones text := format('SELECT %s, -1 AS sign FROM old_rows', columns);
    new_ones text := format('SELECT %s, 1 AS sign FROM new_rows', columns);
  BEGIN
    EXECUTE 'INSERT INTO sync.row_count_changes (shop, table_name, block, living, deleted, erased)
      SELECT shop, $1, block, living, deleted, erased FROM (
        SELECT shop, block, coalesce(sum(sign) FILTER (WHERE deleted_at IS NULL), 0) AS living,
          coalesce(sum(sign) FILTER (WHERE deleted_at IS NOT NULL), 0) AS deleted,
          coalesce(sum(sign) FILTER (WHERE erased_at IS NOT NULL), 0) AS erased
        FROM (' || CASE tg_op WHEN 'INSERT' THEN new_ones WHEN 'DELETE' THEN old_ones ELSE old_ones || ' UNION ALL ' || new_ones END
      || ') AS written GROUP BY shop, block) AS counted WHERE (living, deleted, erased) <> (0, 0, 0)'
      USING tg_table_name::text;
  END;
  RETURN NULL;
END $$;
