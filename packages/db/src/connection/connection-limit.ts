import type { Database } from './open-database.ts';

/** The narrowest of the limits that hold for this user at this database. */
export interface ConnectionLimit {
  /** How many connections the limit allows in all. */
  readonly allowed: number;
  /** How many of them others than the workers hold just now. */
  readonly taken: number;
  /** What sets it, in the words in which it is raised. */
  readonly setBy: string;
}

/** What the names of all connections of the workers begin with in pg_stat_activity. */
const ownNames = 'magento-sync';

/**
 * Asks the server how many connections it would give this user; superusers are limited by `max_connections` alone.
 *
 * Behind a pooler the answer is about the server and not about the pool.
 */
export async function readConnectionLimit(database: Database): Promise<ConnectionLimit> {
  const answer = await database.pool.query<{
    server: number;
    role: number;
    ofDatabase: number;
    atServer: number;
    ofRole: number;
    atDatabase: number;
    roleName: string;
    databaseName: string;
  }>(
    `select
       current_setting('max_connections')::int
         - case when r.rolsuper then 0 else current_setting('superuser_reserved_connections')::int
             + coalesce(current_setting('reserved_connections', true)::int, 0) end as server,
       case when r.rolsuper then -1 else r.rolconnlimit end as role,
       case when r.rolsuper then -1 else d.datconnlimit end as "ofDatabase",
       count(*)::int as "atServer",
       count(*) filter (where a.usesysid = r.oid)::int as "ofRole",
       count(*) filter (where a.datid = d.oid)::int as "atDatabase",
       r.rolname::text as "roleName", d.datname::text as "databaseName"
     from pg_roles r cross join pg_database d
       left join pg_stat_activity a on a.datid is not null and a.application_name not like $1
     where r.rolname = current_user and d.datname = current_database()
     group by r.oid, r.rolsuper, r.rolconnlimit, r.rolname, d.oid, d.datconnlimit, d.datname`,
    [`${ownNames}%`],
  );
  const [row] = answer.rows;
  if (row === undefined) throw new Error('The server knows neither this role nor this database.');
  const limits: ConnectionLimit[] = [
    { allowed: row.server, taken: row.atServer, setBy: 'max_connections of the server' },
    ...(row.role >= 0
      ? [{ allowed: row.role, taken: row.ofRole, setBy: `ALTER ROLE ${row.roleName} CONNECTION LIMIT` }]
      : []),
    ...(row.ofDatabase >= 0
      ? [
          {
            allowed: row.ofDatabase,
            taken: row.atDatabase,
            setBy: `ALTER DATABASE ${row.databaseName} CONNECTION LIMIT`,
          },
        ]
      : []),
  ];
  return limits.reduce((least, each) =>
    each.allowed - each.taken < least.allowed - least.taken ? each : least,
  );
}
