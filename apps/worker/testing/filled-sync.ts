import { runBackfill } from '../src/sync/backfill/backfill.ts';
import { customers } from './customers.ts';
import { noStop, type SyncHarness, startSync } from './sync-harness.ts';

const longBeforeMs = 180 * 60_000;

/** Starts both sides with so many customers and fills the copy. */
export async function startFilled(size: number): Promise<SyncHarness> {
  const harness = await startSync({ population: { customers: size } });
  await runBackfill(harness.context(), customers, noStop(), { restart: false });
  // Whatever the population was stamped with lies behind the first watermark.
  harness.shop.clock.advance(longBeforeMs);
  return harness;
}

/** The watermark of the pulls as stored; 'none' before the first one. */
export async function watermark({ store }: SyncHarness): Promise<string> {
  const [pull] = await store.checkpoints.list({ shop: 'test', kind: 'pull' });
  return pull?.state.watermark ?? 'none';
}
