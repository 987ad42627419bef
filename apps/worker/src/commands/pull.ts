import { parseConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { withServices } from '../services.ts';
import { type PullAttempt, pullChanges } from '../sync/pull/pull.ts';
import { entitiesOf, entityArgument, forEachEntity } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { dryRunOptions, isDryRun, rehearse, resultOfAttempt } from './dry-run.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';
import { anywayOption, unlessPaused } from './unless-paused.ts';

/** `magento-sync pull` */
export const pullCommand: CommandDefinition = {
  name: 'pull',
  summary: 'read what changed since the last pull, once',
  description:
    'Reads what changed since the watermark minus the overlap, once, and ends. Works beside a running daemon: a pull\n' +
    'that is already running is not started twice.',
  notes:
    'Exits with 3 when another pull is running, when a backfill has to come first, or when the rows read do not add up.',
  options: (command) =>
    anywayOption(dryRunOptions(entityArgument(command))).option('--json', 'print the result as JSON'),
  async run(options, context) {
    if (isDryRun(options)) {
      return rehearse('pull', options, context, async (sync, entity, stop, onStart) => {
        onStart(null);
        return resultOfAttempt(await pullChanges(sync, entity, stop));
      });
    }
    const { environment, output } = context;
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    const progress = createProgress(output, options['json'] === true);
    return interruptible(config, output, ({ abort: signal, pause }) =>
      withServices(
        config,
        { command: 'pull', log, waitsOutOutages: true, signal, onPage: progress.add },
        async ({ sync }) => {
          const attempts: Record<string, unknown>[] = [];
          const code = await forEachEntity(entitiesOf(sync, options), output, async (entity) => {
            const stop = { signal, pause };
            progress.start(sync, entity.name, null, 0);
            const attempt = await unlessPaused(
              sync,
              { entity: entity.name, kind: 'pull' },
              options,
              stop,
              (until) => pullChanges(sync, entity, until),
            ).finally(() => progress.stop());
            if (options['json']) attempts.push({ entity: entity.name, ...asJson(attempt) });
            else output.line(sentenceOf(entity.name, attempt));
            const complete = attempt.kind === 'pulled' && attempt.result.status === 'succeeded';
            return complete ? exitCodes.success : exitCodes.incomplete;
          });
          if (options['json']) output.json(attempts);
          return pause.aborted ? exitCodes.interrupted : code;
        },
      ),
    );
  },
};

function asJson(attempt: PullAttempt): Record<string, unknown> {
  return attempt.kind === 'pulled' ? { ...attempt.result } : { status: attempt.kind };
}

function sentenceOf(entity: string, attempt: PullAttempt): string {
  switch (attempt.kind) {
    case 'busy':
      return `${entity}: another pull is running; nothing was done.`;
    case 'needs-backfill':
      return `${entity}: everything has to be read once before changes can be; run "magento-sync backfill".`;
    case 'pulled': {
      const { status, reason, pages, rows, inserted, updated, unchanged, watermark } = attempt.result;
      const counts = `${entity}: ${rows} rows on ${pages} pages: ${inserted} new, ${updated} changed, ${unchanged} unchanged`;
      if (status === 'incomplete') return `${counts}; incomplete. ${reason ?? ''}`;
      return `${counts}; ${status === 'succeeded' ? `complete up to ${watermark} UTC` : 'stopped early; the next pull goes on'}.`;
    }
  }
}
