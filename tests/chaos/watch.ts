import pg from 'pg';
import type { Editor } from './edits.ts';

/** Checks invariants of the copy while daemons work on it. */
export interface Watch {
  /** Checks once; does nothing while the database is down. */
  look(): Promise<void>;
  /** Violated invariants, one sentence each. */
  verdict(): Promise<string[]>;
}

/** Creates the watch. Its invariants: watermarks never move back, no living customer gets a tombstone, no row is inserted twice. */
export function createWatch(databaseUrl: string, editor: Pick<Editor, 'everDeleted'>): Watch {
  const broken = new Set<string>();
  let watermark = '';

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
    const [pull] = await query<{ watermark: string | null }>(
      `select watermark::text as watermark from sync.checkpoints where kind = 'pull'`,
    );
    const now = pull?.watermark ?? '';
    if (now < watermark) broken.add(`the watermark moved back from ${watermark} to ${now}`);
    watermark = now;
    const marked = await query<{ id: string }>(
      'select id from magento.customers where deleted_at is not null order by id',
    );
    for (const { id } of marked) {
      if (!editor.everDeleted.has(Number(id))) broken.add(`customer ${id} has a false tombstone`);
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
        `select entity_id as id from sync.outbox where operation = 'insert' group by 1 having count(*) > 1`,
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
