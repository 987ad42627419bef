import type { Database } from '../connection/open-database.ts';
import { ownSchemas } from '../schema/namespaces.ts';

/** Something that somebody has done to a table of ours, after which it may not keep what is written to it. */
export interface AlteredTable {
  /** With its schema; of what holds for all of them, the schema alone. */
  readonly table: string;
  readonly what: 'row security' | 'trigger' | 'rule' | 'counting' | 'replica' | 'unlogged';
  /** What is there and what comes of it, with the statement that takes it back. */
  readonly problem: string;
}

interface Found {
  readonly table: string;
  readonly what: AlteredTable['what'];
  /** Of the trigger or the rule, as it is written in a statement. */
  readonly name: string | null;
}

/**
 * Finds what administrators do to tables and nobody is told of: policies that hide rows from us, triggers and rules that may
 * write something else than was sent, counting that was switched off, and tables that a crash empties.
 *
 * Triggers that only look on, after rows are written, are everybody's right. Nothing is changed.
 */
export async function findAlteredTables({ pool }: Pick<Database, 'pool'>): Promise<AlteredTable[]> {
  const { rows } = await pool.query<Found>(alterations, [ownSchemas]);
  return rows.map((found) => ({ table: found.table, what: found.what, problem: sentenceOf(found) }));
}

function sentenceOf({ table, what, name }: Found): string {
  switch (what) {
    case 'row security':
      return `policies of row-level security would hide rows of ${table} from this user, so that every read of it is refused: ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY; or, where it does not own the table, ALTER ROLE … BYPASSRLS;`;
    case 'trigger':
      return `the trigger ${name} on ${table} may change rows before they are stored, so that they do not equal the shop: make it one AFTER the row, or DROP TRIGGER ${name} ON ${table};`;
    case 'rule':
      return `the rule ${name} on ${table} may do something else than what is written: DROP RULE ${name} ON ${table};`;
    case 'counting':
      return `the trigger ${name}, which counts the rows of ${table}, is switched off, so that counts go wrong until the next reconcile: ALTER TABLE ${table} ENABLE TRIGGER ${name};`;
    case 'replica':
      return `sessions of this user act as a replica, in which no trigger counts the rows of ${table}: ALTER ROLE … RESET session_replication_role; or ALTER DATABASE … RESET session_replication_role;`;
    case 'unlogged':
      return `${table} is unlogged: a crash of PostgreSQL empties it, while what is known of its progress stays: ALTER TABLE ${table} SET LOGGED;`;
  }
}

/** The bits of a trigger's type: 1 each row, 2 before, 64 instead; `O` and `A` fire in a session that is no replica. */
const alterations = `
with ours as (
  select c.oid, c.relpersistence, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1::text[]) and c.relkind in ('r', 'p')
),
triggers as (
  select ours.name as table, t.tgname, t.tgtype, t.tgenabled in ('O', 'A') as fires,
    p.pronamespace = to_regnamespace('sync') as "isOurs"
  from ours join pg_trigger t on t.tgrelid = ours.oid join pg_proc p on p.oid = t.tgfoid
  where not t.tgisinternal
)
select name as table, 'row security' as what, null as name from ours where row_security_active(oid)
union all
select t.table, 'trigger', quote_ident(tgname) from triggers t
where fires and not "isOurs" and tgtype & 1 = 1 and tgtype & 66 <> 0
union all
select t.table, 'counting', quote_ident(tgname) from triggers t where "isOurs" and not fires
union all
select 'magento', 'replica', null where current_setting('session_replication_role') = 'replica'
union all
select ours.name, 'rule', quote_ident(r.rulename) from ours join pg_rewrite r on r.ev_class = ours.oid
where r.ev_type <> '1' and r.ev_enabled in ('O', 'A')
union all
select name, 'unlogged', null from ours where relpersistence = 'u'
order by 1, 2, 3`;
