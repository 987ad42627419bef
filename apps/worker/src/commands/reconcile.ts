import { InvalidArgumentError } from 'commander';
import { parseConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { withServices } from '../services.ts';
import { type ReconcileAttempt, reconcile } from '../sync/reconcile/reconcile.ts';
import { entitiesOf, entityArgument, forEachEntity } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { dryRunOptions, isDryRun, rehearse, resultOfAttempt } from './dry-run.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';
import { anywayOption, unlessPaused } from './unless-paused.ts';

/** `magento-sync reconcile` */
export const reconcileCommand: CommandDefinition = {
  name: 'reconcile',
  summary: 'look for deletions now',
  description:
    'Compares counts, then ids, and marks what the shop itself confirms to be gone. One request when nothing is missing.',
  notes:
    'Exits with 3 when another reconcile is running or when the deletion brake holds; its message says how to go on.',
  options: (command) =>
    anywayOption(dryRunOptions(entityArgument(command)))
      .option(
        '--allow-share <percent>',
        'let this share of the rows vanish at once instead of RECONCILE_MAX_SHARE',
        percent,
      )
      .option('--json', 'print the result as JSON'),
  async run(options, context) {
    const allowed = options['allowShare'];
    const settings = typeof allowed === 'number' ? { allowedShare: allowed / 100 } : {};
    if (isDryRun(options)) {
      return rehearse('reconcile', options, context, async (sync, entity, stop, onStart) => {
        onStart(null);
        return resultOfAttempt(await reconcile(sync, entity, stop, settings));
      });
    }
    const { environment, output } = context;
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    // It counts, and reads ids where counts differ.
    const progress = createProgress(output, options['json'] === true, 'requests');
    const onRequest = () => progress.add({ rows: 1 });
    return interruptible(config, output, ({ abort: signal, pause }) =>
      withServices(
        config,
        { command: 'reconcile', log, waitsOutOutages: true, signal, onRequest },
        async ({ sync }) => {
          const code = await forEachEntity(entitiesOf(sync, options), output, async (entity) => {
            const stop = { signal, pause };
            progress.start(sync, entity.name, null, 0);
            const attempt = await unlessPaused(
              sync,
              { entity: entity.name, kind: 'reconcile' },
              options,
              stop,
              (until) => reconcile(sync, entity, until, settings),
            ).finally(() => progress.stop());
            if (options['json']) output.json({ entity: entity.name, ...asJson(attempt) });
            else output.line(sentenceOf(entity.name, attempt));
            const complete = attempt.kind === 'reconciled' && attempt.result.status === 'succeeded';
            return complete ? exitCodes.success : exitCodes.incomplete;
          });
          return pause.aborted ? exitCodes.interrupted : code;
        },
      ),
    );
  },
};

function percent(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 100)
    throw new InvalidArgumentError('Give a whole number of percent, for example 20.');
  return value;
}

function asJson(attempt: ReconcileAttempt): Record<string, unknown> {
  return attempt.kind === 'reconciled' ? { ...attempt.result } : { status: attempt.kind };
}

function sentenceOf(entity: string, attempt: ReconcileAttempt): string {
  if (attempt.kind === 'busy') return `${entity}: another reconcile is running; nothing was done.`;
  const { status, reason, missing, deleted } = attempt.result;
  return status === 'succeeded'
    ? `${entity}: ${missing} missing, ${deleted} deleted.`
    : `${entity}: ${reason ?? status}`;
}
