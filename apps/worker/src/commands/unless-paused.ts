import type { Command } from 'commander';
import { watchPauses } from '../operations/pause-watch.ts';
import type { WorkKind } from '../operations/work.ts';
import type { Stop, SyncContext } from '../sync/ports.ts';

/** Adds the option that does work although an operator has paused it. */
export function anywayOption(command: Command): Command {
  return command.option('--anyway', 'do it although it is paused');
}

/**
 * Does work of a command unless an operator has paused it, and ends it after the page at hand when one does meanwhile.
 *
 * @throws PausedError without beginning it; with `--anyway` never.
 */
export async function unlessPaused<T>(
  sync: SyncContext,
  work: { readonly entity: string; readonly kind: WorkKind },
  options: Readonly<Record<string, unknown>>,
  stop: Stop,
  run: (stop: Stop) => Promise<T>,
): Promise<T> {
  if (options['anyway'] === true) return run(stop);
  using watch = watchPauses(sync, {
    cure: ' "magento-sync resume" ends that, --anyway goes on nevertheless.',
  });
  // Awaited here: else the watch would end before the work begins.
  return await watch.during(work, stop, run);
}
