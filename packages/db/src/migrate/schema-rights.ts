import { identifier } from '../flat-view/attribute-columns.ts';

/** What a role lacks to keep tables in some schemas. */
export interface MissingRights {
  readonly user: string;
  readonly database: string;
  /** The schemas that are missing or closed. */
  readonly schemas: readonly string[];
  /** What the owner of the database may run; either way is enough. */
  readonly grants: readonly string[];
}

interface RightsRow {
  user: string;
  database: string;
  mayCreate: boolean;
  schema: string;
  exists: boolean;
  open: boolean;
}

/**
 * Looks whether the role may create what it needs: the schemas, or tables in those that were made for it.
 *
 * @returns `null` when nothing is missing.
 */
export async function findMissingRights(
  client: { query: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }> },
  schemas: readonly string[],
): Promise<MissingRights | null> {
  const answer = await client.query(
    `select current_user::text as user, current_database()::text as database,
       has_database_privilege(current_database(), 'CREATE') as "mayCreate", wanted.name as schema,
       n.oid is not null as exists,
       coalesce(has_schema_privilege(n.oid, 'CREATE') and has_schema_privilege(n.oid, 'USAGE'), false) as open
     from unnest($1::text[]) as wanted(name) left join pg_namespace n on n.nspname = wanted.name`,
    [[...schemas]],
  );
  const rows = answer.rows as RightsRow[];
  const lacking = rows.filter(({ exists, open, mayCreate }) => (exists ? !open : !mayCreate));
  const [first] = lacking;
  if (first === undefined) return null;
  const role = identifier(first.user);
  return {
    user: first.user,
    database: first.database,
    schemas: lacking.map(({ schema }) => schema),
    grants: lacking.map(({ schema, exists }) =>
      exists
        ? `GRANT USAGE, CREATE ON SCHEMA ${identifier(schema)} TO ${role};`
        : `CREATE SCHEMA ${identifier(schema)} AUTHORIZATION ${role};`,
    ),
  };
}

/** The missing rights in one sentence, with the statements that give them. */
export function missingRightsSentence({ user, database, schemas, grants }: MissingRights): string {
  return (
    `User '${user}' may not keep tables in ${schemas.join(' and ')} of database '${database}'. Let its owner run: ` +
    grants.join(' ')
  );
}
