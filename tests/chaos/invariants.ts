import pg from 'pg';
import type { Editor } from './edits.ts';
import type { World } from './world.ts';

/** Checks invariants of the copy while a story runs. */
export interface Witness {
  /** Notes which stamps the shop shows now; to be called before everything that reads it. */
  observe(): void;
  /** Checks the copy now; `when` names the moment in reports. */
  look(when: string): Promise<void>;
  /** Violated invariants, one sentence each. */
  readonly broken: readonly string[];
}

/**
 * Creates the witness. Its invariants: watermarks never move back, no living customer gets a tombstone, older rows never
 * replace newer ones, no page is written after its checkpoint was fenced, no login is refused.
 */
export function createWitness(world: World, editor: Pick<Editor, 'everDeleted'>): Witness {
  const { copy, shop } = world;
  const broken: string[] = [];
  let watermark: string | null = null;
  let stamps = new Map<number, string>();
  const shown = new Map<number, string[]>();
  return {
    broken,
    observe() {
      for (const { id, updated_at: stamp } of shop.customers.all()) {
        const history = shown.get(id) ?? [];
        if (history.at(-1) !== stamp) shown.set(id, [...history, stamp]);
      }
    },
    async look(when) {
      const client = new pg.Client({ connectionString: copy.url });
      await client.connect();
      try {
        const found = await client.query<{ watermark: string | null }>(
          `select watermark::text as watermark from sync.checkpoints where kind = 'pull'`,
        );
        const now = found.rows[0]?.watermark ?? null;
        if (watermark !== null && (now === null || now < watermark)) {
          broken.push(`${when}: the watermark moved back from ${watermark} to ${now}`);
        }
        watermark = now;
        const marked = await client.query<{ id: string }>(
          'select id from magento.customers where deleted_at is not null order by id',
        );
        const wrongly = marked.rows.map(({ id }) => Number(id)).filter((id) => !editor.everDeleted.has(id));
        if (wrongly.length > 0) broken.push(`${when}: false tombstones: ${wrongly.slice(0, 10).join(', ')}`);
        stamps = await lookAtStamps(client, shop, shown, stamps, (sentence) =>
          broken.push(`${when}: ${sentence}`),
        );
        for (const kind of world.unfencedWrites.splice(0)) {
          broken.push(`${when}: a page of a ${kind} was written although its checkpoint had been taken over`);
        }
        const refused = shop.requests
          .all()
          .filter(({ path, status }) => path.endsWith('/integration/admin/token') && status === 401);
        if (refused.length > 0) broken.push(`${when}: ${refused.length} logins were refused`);
      } finally {
        await client.end();
      }
    },
  };
}

/**
 * A row may only get a stamp that the shop has shown after the one it had: clocks may differ, the order may not.
 *
 * Stamps from the future are left out: they win until a later look, as the copy's rules say.
 */
async function lookAtStamps(
  client: pg.Client,
  shop: World['shop'],
  shown: ReadonlyMap<number, readonly string[]>,
  before: ReadonlyMap<number, string>,
  report: (sentence: string) => void,
): Promise<Map<number, string>> {
  const found = await client.query<{ id: string; stamp: string }>(
    `select id, to_char(source_updated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as stamp
     from magento.customers where source_updated_at is not null`,
  );
  const now = new Map(found.rows.map(({ id, stamp }) => [Number(id), stamp]));
  const present = new Date(shop.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
  for (const [id, stamp] of now) {
    const [earlier, history] = [before.get(id), shown.get(id) ?? []];
    if (earlier === undefined || stamp === earlier || stamp > present) continue;
    if (history.lastIndexOf(stamp) < history.indexOf(earlier)) {
      report(`customer ${id} went back from ${earlier} to ${stamp}`);
    }
  }
  return now;
}
