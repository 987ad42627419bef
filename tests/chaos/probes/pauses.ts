import { createPauseRepository } from '@magento-sync/db';
import { createTestDatabase } from '@magento-sync/db/testing';
import { pino } from 'pino';
import type { JobContext, Processors } from '../../../apps/worker/src/jobs/contract.ts';
import { holdWhilePaused } from '../../../apps/worker/src/jobs/held-work.ts';
import { watchPauses } from '../../../apps/worker/src/operations/pause-watch.ts';
import type { Store, SyncContext } from '../../../apps/worker/src/sync/ports.ts';
import type { Probe } from './probe.ts';

/** So many looks at the pauses come before work has to have heard of one. */
const enoughLooks = 3;

/** Work is begun while it is paused; and work becomes paused while it runs. */
export const probe: Probe = async (postgresUrl) => {
  await using copy = await createTestDatabase(postgresUrl);
  const pauses = createPauseRepository(copy.database);
  const broken: string[] = [];
  const log = pino({ level: 'silent' });
  let looks = 0;
  let hasLooked = () => {};
  const active = async (shop: string) => {
    const found = await pauses.active(shop);
    looks += 1;
    // After whoever asked has acted on the answer.
    setTimeout(hasLooked, 0);
    return found;
  };
  const store = { pauses: { ...pauses, active } } as unknown as Store;
  const sync: Pick<SyncContext, 'shop' | 'store' | 'clock' | 'log'> = {
    shop: 'probe',
    store,
    clock: { now: () => new Date() },
    log,
  };
  const pause = { shop: 'probe', by: 'probe', why: 'to see', until: null };
  using watch = watchPauses(sync, { everyMs: 5 });
  const work = async (during: (signal: AbortSignal) => Promise<void>) => {
    let begun = false;
    const processors = {
      async sweep(_data: unknown, context: JobContext) {
        begun = true;
        await during(context.pause);
        return { outcome: 'succeeded' };
      },
    } as unknown as Processors;
    const never = new AbortController().signal;
    const context = { log, signal: never, pause: never } as unknown as JobContext;
    await holdWhilePaused(processors, { pauses: watch, sync }).sweep(
      { entity: 'customers' } as never,
      context,
    );
    return begun;
  };

  await work(async (signal) => {
    await pauses.put({ ...pause, entity: 'customers', kind: 'sweep' });
    const before = looks;
    await new Promise<void>((resolve) => {
      hasLooked = () => {
        if (signal.aborted || looks > before + enoughLooks) resolve();
      };
    });
    if (!signal.aborted) broken.push('work that became paused went on');
  });
  if (await work(async () => undefined)) broken.push('paused work was begun');
  return broken;
};
