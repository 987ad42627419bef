import type { Entity } from '@magento-sync/entities';
import { and, eq, isNull, or, sql } from 'drizzle-orm';
import pg from 'pg';
import { lockNames, lockUntilCommit } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { inTransaction } from '../connection/transaction.ts';
import { DependentViewsError } from '../errors.ts';
import { attributes } from '../schema/reference.ts';
import { type FlatAttribute, identifier } from './attribute-columns.ts';
import { buildFlatView, type EntityWithAttributes, type FlatView, flatViewName } from './flat-view-sql.ts';

/** What became of a view, and which columns it has. */
export interface FlatViewRefresh {
  outcome: 'unchanged' | 'created' | 'extended' | 'rebuilt';
  columns: string[];
}

/** Whether an entity has a view with one column an attribute. */
export function hasFlatView(entity: Entity): entity is EntityWithAttributes {
  return entity.attributes !== null;
}

/**
 * Makes the view of an entity's records fit the attributes of all shops.
 *
 * New attributes are added at the end. For removed or retyped ones the view is dropped and created again, with the
 * privileges it had. May be called by anybody at any time; equal attributes change nothing.
 *
 * @throws DependentViewsError when it would have to be dropped and other views hang on it; then it stays as it is.
 */
export async function refreshFlatView(
  database: Database,
  entity: EntityWithAttributes,
): Promise<FlatViewRefresh> {
  const name = flatViewName(entity);
  return inTransaction(database, async (statements) => {
    await lockUntilCommit(statements, lockNames.flatView);
    const present = await presentView(statements, name);
    const view = buildFlatView(
      entity,
      await readAttributes(statements, entity),
      present?.columns.map((column) => column.name),
    );
    const columns = view.columns.map((column) => column.name);
    if (present?.comment?.endsWith(`Digest ${view.digest}`) === true)
      return { outcome: 'unchanged', columns };
    const outcome = await apply(statements, view, present);
    await statements.execute(sql.raw(view.comments));
    return { outcome, columns };
  });
}

interface PresentView extends Record<string, unknown> {
  comment: string | null;
  columns: { name: string; type: string }[];
}

async function presentView(statements: Statements, name: string): Promise<PresentView | undefined> {
  const found = await statements.execute<PresentView>(sql`
    select obj_description(c.oid, 'pg_class') as comment,
      (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) order by attnum)
       from pg_attribute where attrelid = c.oid and attnum > 0) as columns
    from pg_class c where c.oid = to_regclass(${name})`);
  return found.rows[0];
}

/** An attribute that has different types in different shops is shown as text. */
async function readAttributes(
  statements: Statements,
  { attributes: { of } }: EntityWithAttributes,
): Promise<FlatAttribute[]> {
  const { attributeCode, frontendLabel, storeLabel, frontendInput, backendType } = attributes;
  const isOneType = sql`count(distinct (${frontendInput}, ${backendType})) = 1`;
  return statements
    .select({
      code: attributeCode,
      label: sql<string | null>`max(coalesce(${frontendLabel}, ${storeLabel}))`,
      frontendInput: sql<string | null>`case when ${isOneType} then max(${frontendInput}) end`,
      backendType: sql<string | null>`case when ${isOneType} then max(${backendType}) end`,
    })
    .from(attributes)
    .where(
      and(
        eq(attributes.entityType, of as typeof attributes.$inferSelect.entityType),
        isNull(attributes.deletedAt),
        or(sql`${backendType} is distinct from 'static'`, attributes.userDefined),
      ),
    )
    .groupBy(attributeCode);
}

async function apply(
  statements: Statements,
  view: FlatView,
  present: PresentView | undefined,
): Promise<FlatViewRefresh['outcome']> {
  const text = `view ${view.name} as ${view.query}`;
  if (present === undefined) {
    await statements.execute(sql.raw(`create ${text}`));
    return 'created';
  }
  if (isExtension(view, present)) {
    await statements.execute(sql.raw(`create or replace ${text}`));
    return 'extended';
  }
  const grants = await presentGrants(statements, view.name);
  await dropView(statements, view.name);
  await statements.execute(sql.raw(`create ${text}`));
  for (const grant of grants) await statements.execute(sql.raw(grant));
  return 'rebuilt';
}

function isExtension(view: FlatView, present: PresentView): boolean {
  const spelling: Record<string, string> = { 'timestamp with time zone': 'timestamptz' };
  return present.columns.every(({ name, type }, index) => {
    const column = view.columns[index];
    return column?.name === name && column.type === (spelling[type] ?? type);
  });
}

async function presentGrants(statements: Statements, name: string): Promise<string[]> {
  const found = await statements.execute<{ privilege: string; grantee: string | null; grantable: boolean }>(
    sql`select a.privilege_type as privilege, r.rolname as grantee, a.is_grantable as grantable
        from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
        where c.oid = to_regclass(${name}) and a.grantee <> c.relowner`,
  );
  return found.rows.map(({ privilege, grantee, grantable }) => {
    const role = grantee === null ? 'public' : identifier(grantee);
    return `grant ${privilege} on ${name} to ${role}${grantable ? ' with grant option' : ''}`;
  });
}

async function dropView(statements: Statements, name: string): Promise<void> {
  const dependents = await statements.execute<{ name: string }>(
    sql`select distinct d.ev_class::regclass::text as name from pg_depend p
        join pg_rewrite d on d.oid = p.objid and p.classid = 'pg_rewrite'::regclass
        where p.refclassid = 'pg_class'::regclass and p.refobjid = to_regclass(${name}) and d.ev_class <> p.refobjid
        order by 1`,
  );
  try {
    await statements.execute(sql.raw(`drop view ${name}`));
  } catch (error) {
    const dependent = error instanceof pg.DatabaseError && error.code === '2BP01';
    if (!dependent) throw error;
    throw new DependentViewsError(
      name,
      dependents.rows.map((row) => row.name),
      { cause: error },
    );
  }
}
