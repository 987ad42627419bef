import pg from 'pg';
import type { Editor } from './edits/editor.ts';
import type { Played } from './played/played.ts';

/** Checks invariants of the copy while daemons work on it. */
export interface Watch {
  /** Checks once; does nothing while the database is down. */
  look(): Promise<void>;
  /** Violated invariants, one sentence each. */
  verdict(): Promise<string[]>;
}

/** Creates the watch. Its invariants: watermarks never move back, nothing that lives gets a tombstone, no row is inserted twice. */
export function createWatch(
  databaseUrl: string,
  editor: Pick<Editor, 'everDeleted'>,
  cast: readonly Played[],
): Watch {
  const broken = new Set<string>();
  const watermarks = new Map<string, string>();

  async function query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async function examine(): Promise<void> {
    for (const { name, record, key } of cast) {
      const [pull] = await query<{ watermark: string | null }>(
        `select watermark::text as watermark from sync.checkpoints where kind = 'pull' and entity = '${name}'`,
      );
      const before = watermarks.get(name) ?? '';
      const now = pull?.watermark ?? '';
      if (now < before) broken.add(`the watermark of ${name} moved back from ${before} to ${now}`);
      watermarks.set(name, now);
      const marked = await query<{ id: string }>(
        `select ${key} as id from magento.${name} where deleted_at is not null order by 1`,
      );
      for (const { id } of marked) {
        if (!editor.everDeleted(name).has(Number(id))) broken.add(`${record} ${id} has a false tombstone`);
      }
    }
  }

  return {
    async look() {
      // The schema may not be there yet, and the server may be down: both are part of the siege.
      await examine().catch(() => {});
    },
    async verdict() {
      await examine();
      const twice = await query<{ id: string }>(
        `select entity || ' ' || entity_id as id from sync.outbox where operation = 'insert'
         group by 1 having count(*) > 1`,
      );
      if (twice.length > 0) broken.add(`inserted twice: ${twice.map(({ id }) => id).join(', ')}`);
      const alive = await query<{ id: string; kind: string }>(
        `select id, kind from sync.runs where status = 'running' and heartbeat_at < now() - interval '10 minutes'`,
      );
      for (const run of alive) broken.add(`run ${run.id} (${run.kind}) looks alive and is not`);
      return [...broken];
    },
  };
}
