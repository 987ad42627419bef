import pg from 'pg';
import type { Editor } from './edits/editor.ts';
import type { Played } from './played/played.ts';
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
 * Creates the witness. Its invariants, for every entity: watermarks never move back, nothing that lives gets a tombstone, older
 * rows never replace newer ones, what a column remembers is not lost, no page is written after its checkpoint was fenced; and no
 * login is refused.
 */
export function createWitness(world: World, editor: Pick<Editor, 'everDeleted'>): Witness {
  const { cast, copy, shop } = world;
  const broken: string[] = [];
  const witnesses = cast.map((its) => witnessOf(its, shop, (id) => editor.everDeleted(its.name).has(id)));
  return {
    broken,
    observe() {
      for (const { observe } of witnesses) observe();
    },
    async look(when) {
      const client = new pg.Client({ connectionString: copy.url });
      await client.connect();
      try {
        const report = (sentence: string) => void broken.push(`${when}: ${sentence}`);
        for (const { look } of witnesses) await look(client, report);
        for (const kind of world.unfencedWrites.splice(0)) {
          report(`a page of a ${kind} was written although its checkpoint had been taken over`);
        }
        const refused = shop.requests
          .all()
          .filter(({ path, status }) => path.endsWith('/integration/admin/token') && status === 401);
        if (refused.length > 0) report(`${refused.length} logins were refused`);
      } finally {
        await client.end();
      }
    },
  };
}

interface OwnWitness {
  observe(): void;
  look(client: pg.Client, report: (sentence: string) => void): Promise<void>;
}

interface CopiedRow {
  readonly id: string;
  readonly stamp: string | null;
  readonly dead: boolean;
  readonly seen: string;
  readonly remembered: string | null;
}

function witnessOf(its: Played, shop: World['shop'], wasDeleted: (id: number) => boolean): OwnWitness {
  const { name, record, key, stamp, remembered } = its;
  const shown = new Map<number, string[]>();
  let watermark: string | null = null;
  let before = new Map<number, CopiedRow>();

  /**
   * A row may only get a stamp that the shop has shown after the one it had: clocks may differ, the order may not.
   *
   * Stamps from the future are left out: they win until a later look, as the copy's rules say.
   */
  function wentBack(id: number, from: string | null | undefined, to: string | null): boolean {
    const present = new Date(shop.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    if (!from || to === null || from === to || to > present) return false;
    const history = shown.get(id) ?? [];
    return history.lastIndexOf(to) < history.indexOf(from);
  }

  return {
    observe() {
      for (const [id, now] of its.stamps()) {
        const history = shown.get(id) ?? [];
        if (history.at(-1) !== now) shown.set(id, [...history, now]);
      }
    },
    async look(client, report) {
      const { rows: checkpoints } = await client.query<{ watermark: string | null }>(
        `select watermark::text as watermark from sync.checkpoints where kind = 'pull' and entity = $1`,
        [name],
      );
      const reached = checkpoints[0]?.watermark ?? null;
      if (watermark !== null && (reached === null || reached < watermark)) {
        report(`the watermark moved back from ${watermark} to ${reached}`);
      }
      watermark = reached;
      const { rows } = await client.query<CopiedRow>(
        `select ${key} as id, to_char(${stamp} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as stamp,
           deleted_at is not null as dead, first_seen_at::text as seen, ${remembered ?? 'null'}::text as remembered
         from magento.${name} order by 1`,
      );
      const now = new Map(rows.map((row) => [Number(row.id), row]));
      const wrongly = [...now].filter(([id, { dead }]) => dead && !wasDeleted(id)).map(([id]) => id);
      if (wrongly.length > 0) report(`false tombstones of ${name}: ${wrongly.slice(0, 10).join(', ')}`);
      for (const [id, row] of now) {
        const earlier = before.get(id);
        if (wentBack(id, earlier?.stamp, row.stamp)) {
          report(`${record} ${id} went back from ${earlier?.stamp} to ${row.stamp}`);
        }
        // Another record under the same id remembers nothing of the former one.
        if (earlier?.remembered && !row.remembered && earlier.seen === row.seen) {
          report(`${record} ${id} has forgotten ${remembered} ${earlier.remembered}`);
        }
      }
      before = now;
    },
  };
}
