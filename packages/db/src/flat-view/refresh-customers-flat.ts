import pg from 'pg';
import { lockNames } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import { inTransaction, type Queryable } from '../connection/transaction.ts';
import { DependentViewsError } from '../errors.ts';
import type { FlatAttribute } from './attribute-columns.ts';
import { identifier } from './attribute-columns.ts';
import { buildFlatView, type FlatView, flatViewName } from './flat-view-sql.ts';

/** What became of the view, and which columns it has. */
export interface FlatViewRefresh {
  outcome: 'unchanged' | 'created' | 'extended' | 'rebuilt';
  columns: string[];
}

/**
 * Makes magento.customers_flat fit the attributes of all shops.
 *
 * New attributes are added at the end. For removed or retyped ones the view is dropped and created again, with the
 * privileges it had. May be called by anybody at any time; equal attributes change nothing.
 *
 * @throws DependentViewsError when it would have to be dropped and other views hang on it; then it stays as it is.
 */
export async function refreshCustomersFlat(database: Database): Promise<FlatViewRefresh> {
  return inTransaction(database, async (_statements, client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lockNames.flatView]);
    const present = await presentView(client);
    const view = buildFlatView(
      await readAttributes(client),
      present?.columns.map(({ name }) => name),
    );
    const columns = view.columns.map(({ name }) => name);
    if (present?.comment?.endsWith(`Digest ${view.digest}`) === true)
      return { outcome: 'unchanged', columns };
    const outcome = await apply(client, view, present);
    await client.query(view.comments);
    return { outcome, columns };
  });
}

interface PresentView {
  comment: string | null;
  columns: { name: string; type: string }[];
}

async function presentView(client: Queryable): Promise<PresentView | undefined> {
  const found = await client.query<PresentView>(
    `select obj_description(c.oid, 'pg_class') as comment,
       (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0) as columns
     from pg_class c where c.oid = to_regclass($1)`,
    [flatViewName],
  );
  return found.rows[0];
}

/** An attribute that has different types in different shops is shown as text. */
async function readAttributes(client: Queryable): Promise<FlatAttribute[]> {
  const found = await client.query<FlatAttribute>(
    `select attribute_code as code, max(coalesce(frontend_label, store_label)) as label,
       case when count(distinct (frontend_input, backend_type)) = 1 then max(frontend_input) end as "frontendInput",
       case when count(distinct (frontend_input, backend_type)) = 1 then max(backend_type) end as "backendType"
     from magento.attributes
     where entity_type = 'customer' and deleted_at is null and (backend_type is distinct from 'static' or user_defined)
     group by attribute_code`,
  );
  return found.rows;
}

async function apply(
  client: Queryable,
  view: FlatView,
  present: PresentView | undefined,
): Promise<FlatViewRefresh['outcome']> {
  const sql = `view ${flatViewName} as ${view.query}`;
  if (present === undefined) {
    await client.query(`create ${sql}`);
    return 'created';
  }
  if (isExtension(view, present)) {
    await client.query(`create or replace ${sql}`);
    return 'extended';
  }
  const grants = await presentGrants(client);
  await dropView(client);
  await client.query(`create ${sql}`);
  for (const grant of grants) await client.query(grant);
  return 'rebuilt';
}

function isExtension(view: FlatView, present: PresentView): boolean {
  const spelling: Record<string, string> = { 'timestamp with time zone': 'timestamptz' };
  return present.columns.every(({ name, type }, index) => {
    const column = view.columns[index];
    return column?.name === name && column.type === (spelling[type] ?? type);
  });
}

async function presentGrants(client: Queryable): Promise<string[]> {
  const found = await client.query<{ privilege: string; grantee: string | null; grantable: boolean }>(
    `select a.privilege_type as privilege, r.rolname as grantee, a.is_grantable as grantable
     from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
     where c.oid = to_regclass($1) and a.grantee <> c.relowner`,
    [flatViewName],
  );
  return found.rows.map(({ privilege, grantee, grantable }) => {
    const role = grantee === null ? 'public' : identifier(grantee);
    return `grant ${privilege} on ${flatViewName} to ${role}${grantable ? ' with grant option' : ''}`;
  });
}

async function dropView(client: Queryable): Promise<void> {
  const dependents = await client.query<{ name: string }>(
    `select distinct d.ev_class::regclass::text as name from pg_depend p
     join pg_rewrite d on d.oid = p.objid and p.classid = 'pg_rewrite'::regclass
     where p.refclassid = 'pg_class'::regclass and p.refobjid = to_regclass($1) and d.ev_class <> p.refobjid
     order by 1`,
    [flatViewName],
  );
  try {
    await client.query(`drop view ${flatViewName}`);
  } catch (error) {
    const dependent = error instanceof pg.DatabaseError && error.code === '2BP01';
    if (!dependent) throw error;
    throw new DependentViewsError(
      flatViewName,
      dependents.rows.map(({ name }) => name),
      { cause: error },
    );
  }
}
