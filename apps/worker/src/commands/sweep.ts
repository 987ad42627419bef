import { parseConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { withServices } from '../services.ts';
import { everyId } from '../sync/reading/index.ts';
import { type SweepAttempt, sweep } from '../sync/sweep/sweep.ts';
import { entitiesOf, entityArgument, forEachEntity } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { dryRunOptions, isDryRun, rehearse, resultOfAttempt } from './dry-run.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';
import { anywayOption, unlessPaused } from './unless-paused.ts';

/** `magento-sync sweep` */
export const sweepCommand: CommandDefinition = {
  name: 'sweep',
  summary: 'compare every row with the shop now',
  description:
    'Reads every record once and writes what differs: address edits, newsletter flags and whatever else moves no\n' +
    '"updated_at". Also finds deletions. The daemon does the same by itself, spread over SWEEP_PERIOD.',
  notes: 'Exits with 3 when another sweep is running or when the deletion brake holds.',
  options: (command) =>
    anywayOption(dryRunOptions(entityArgument(command))).option('--json', 'print the result as JSON'),
  async run(options, context) {
    if (isDryRun(options)) {
      return rehearse('sweep', options, context, async (sync, entity, stop, onStart) => {
        onStart(await entity.countInCopy(sync, everyId));
        return resultOfAttempt(await sweep(sync, entity, stop, { periodMs: 0 }));
      });
    }
    const { environment, output } = context;
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    const progress = createProgress(output, options['json'] === true);
    return interruptible(config, output, ({ abort: signal, pause }) =>
      withServices(
        config,
        { command: 'sweep', log, waitsOutOutages: true, signal, onPage: progress.add },
        async ({ sync }) => {
          const code = await forEachEntity(entitiesOf(sync, options), output, async (entity) => {
            const stop = { signal, pause };
            progress.start(sync, entity.name, await entity.countInCopy(sync, everyId), 0);
            const attempt = await unlessPaused(
              sync,
              { entity: entity.name, kind: 'sweep' },
              options,
              stop,
              (until) => sweep(sync, entity, until, { periodMs: 0 }),
            ).finally(() => progress.stop());
            if (options['json']) output.json({ entity: entity.name, ...asJson(attempt) });
            else output.line(sentenceOf(entity.name, attempt));
            const complete = attempt.kind === 'swept' && attempt.result.status === 'succeeded';
            return complete ? exitCodes.success : exitCodes.incomplete;
          });
          return pause.aborted ? exitCodes.interrupted : code;
        },
      ),
    );
  },
};

function asJson(attempt: SweepAttempt): Record<string, unknown> {
  return attempt.kind === 'swept' ? { ...attempt.result } : { status: attempt.kind };
}

function sentenceOf(entity: string, attempt: SweepAttempt): string {
  if (attempt.kind !== 'swept') return `${entity}: another sweep is running; nothing was done.`;
  const { status, reason, rows, inserted, updated, deleted } = attempt.result;
  const counts = `${rows} rows compared: ${inserted} new, ${updated} changed, ${deleted} deleted`;
  return status === 'succeeded' ? `${entity}: ${counts}.` : `${entity}: ${counts}; ${reason ?? status}`;
}
