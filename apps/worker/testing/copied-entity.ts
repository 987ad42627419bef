import { runBackfill } from '../src/sync/backfill/backfill.ts';
import { entityOf } from '../src/sync/entity/entities.ts';
import { pullChanges } from '../src/sync/pull/pull.ts';
import { sweep } from '../src/sync/sweep/sweep.ts';
import { verify } from '../src/sync/verify/verify.ts';
import { noStop, startSync } from './sync-harness.ts';

const everything = { countsOnly: false, repair: false, from: 0, share: 1, seed: 1 } as const;

/** A shop and a copy that was filled with one entity: by default the recorded shop with 279 orders. */
export async function startCopy(
  name: string,
  options: Parameters<typeof startSync>[0] = { recorded: '2.4.8-p1' },
) {
  const entity = entityOf(name);
  const harness = await startSync(options);
  const sync = harness.context({ pageSize: 50 });
  const backfill = await runBackfill(sync, entity, noStop(), { restart: false });
  const rows = async <Row>(sql: string, ...values: unknown[]) =>
    (await harness.copy.database.pool.query(sql, values)).rows as Row[];
  return {
    ...harness,
    entity,
    sync,
    backfill,
    /** Rows of one statement on the copy. */
    rows,
    pull: () => pullChanges(sync, entity, noStop()),
    sweep: () => sweep(sync, entity, noStop(), { periodMs: 0 }),
    verify: async () => {
      const attempt = await verify(sync, entity, noStop(), everything);
      return attempt.kind === 'verified' ? attempt.result : attempt;
    },
    /** Columns in which no row has a value. */
    async emptyColumns(): Promise<string[]> {
      const { table, children } = entity.definition;
      const all = [table, ...children].flatMap(({ name: own, columns }) =>
        Object.keys(columns).map((column) => ({ own, column })),
      );
      const empty: string[] = [];
      for (const { own, column } of all) {
        const [found] = await rows<{ filled: boolean }>(
          `select exists (select from magento.${own} where "${column}" is not null) as filled`,
        );
        if (!found?.filled) empty.push(`${own}.${column}`);
      }
      return empty;
    },
  };
}
