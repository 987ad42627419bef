import { randomInt } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { parseConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UnfinishedError, UsageError } from '../failure.ts';
import type { Output } from '../output.ts';
import { type Services, withServices } from '../services.ts';
import type { Shutdown } from '../shutdown.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import type { PageReport } from '../sync/ports.ts';
import { type VerifyOptions, verify } from '../sync/verify/verify.ts';
import { entitiesOf, entityArgument, forEachEntity } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { dryRunOptions, isDryRun, rehearse, resultOfAttempt } from './dry-run.ts';
import { interruptible } from './interruptible.ts';
import { createProgress, type Progress } from './progress.ts';
import { anywayOption, unlessPaused } from './unless-paused.ts';
import { verifyJson, verifyText } from './verify-text.ts';

/** `magento-sync verify` */
export const verifyCommand: CommandDefinition = {
  name: 'verify',
  summary: 'compare shop and copy, and say whether they are equal',
  description:
    'Reads every record once and compares it with the copy: counts, content, every column, every address. Writes nothing\n' +
    'but when each row was verified. What looks different is looked at again after a pull, so that changes in flight\n' +
    'raise no alarm. Edits that move no "updated_at" do, until the next sweep has found them.',
  notes:
    'Exits with 0 only when both sides are equal, or are so after --repair; with 1 when something differs; with 3 when\n' +
    'the comparison could not be completed or when Magento cannot serve some of the rows.\n' +
    'A deletion and a new row in one range hide each other from --counts-only, and so does other content.',
  options,
  async run(given, context) {
    const choices = choicesOf(given);
    if (isDryRun(given)) {
      // What a repair would write: without one there is nothing to rehearse.
      return rehearse('verify', given, context, async (sync, entity, stop, onStart) =>
        resultOfAttempt(await verify(sync, entity, stop, { ...choices, repair: true, onStart })),
      );
    }
    const { environment, output } = context;
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    // Counts are no rows.
    const progress = createProgress(output, choices.json, choices.countsOnly ? 'requests' : 'rows');
    const onPage = (page: PageReport) => {
      if (page.cause === 'verify' && !choices.countsOnly) progress.add(page);
    };
    const onRequest = () => {
      if (choices.countsOnly) progress.add({ rows: 1 });
    };
    return interruptible(config, output, async (shutdown) => {
      try {
        return await withServices(
          config,
          { command: 'verify', log, waitsOutOutages: true, signal: shutdown.abort, onPage, onRequest },
          (services) =>
            verifyAll(services, entitiesOf(services.sync, given), shutdown, choices, output, progress),
        );
      } catch (error) {
        // Exit code 1 means that both sides were compared and differ; nothing else may look like that.
        throw new UnfinishedError(error);
      }
    });
  },
};

interface Choices extends VerifyOptions {
  readonly json: boolean;
  readonly anyway: boolean;
}

function options(command: Command): Command {
  return anywayOption(dryRunOptions(entityArgument(command)))
    .option('--sample <percent>', 'compare only about this share of the rows, in random ranges', percent)
    .option('--seed <number>', 'choose the ranges that this seed chose before', wholeNumber)
    .option(
      '--from <id>',
      'compare only ids above this one: goes on where an interrupted run stopped',
      wholeNumber,
    )
    .option('--counts-only', 'compare the number of rows per range, and by content only where it differs')
    .option('--repair', 'write what differs, then compare it once more')
    .option('--json', 'print the result as JSON and no progress');
}

function choicesOf(given: Readonly<Record<string, unknown>>): Choices {
  const { sample, seed, from } = given as { sample?: number; seed?: number; from?: number };
  if (seed !== undefined && sample === undefined) {
    throw new UsageError('--seed chooses the ranges of a sample; give --sample as well.');
  }
  return {
    share: (sample ?? 100) / 100,
    seed: seed ?? randomInt(1, 1_000_000_000),
    from: from ?? 0,
    countsOnly: given['countsOnly'] === true,
    repair: given['repair'] === true,
    json: given['json'] === true,
    anyway: given['anyway'] === true,
  };
}

async function verifyAll(
  { sync }: Services,
  entities: readonly EntityDescriptor[],
  shutdown: Shutdown,
  { json, anyway, ...choices }: Choices,
  output: Output,
  progress: Progress,
): Promise<ExitCode> {
  const stop = { signal: shutdown.abort, pause: shutdown.pause };
  const code = await forEachEntity(entities, output, async (entity) => {
    let started = false;
    const onStart = (rows: number) => {
      started = true;
      progress.start(sync, entity.name, choices.countsOnly ? null : rows, 0);
    };
    const work = { entity: entity.name, kind: 'verify' } as const;
    const attempt = await unlessPaused(sync, work, { anyway }, stop, (until) =>
      verify(sync, entity, until, { ...choices, onStart }),
    ).finally(() => {
      if (started) progress.stop();
    });
    if (json) output.json({ entity: entity.name, ...verifyJson(attempt) });
    else output.line(verifyText(entity.name, attempt));
    const verdict = attempt.kind === 'verified' ? attempt.result.verdict : 'unproven';
    if (verdict === 'different') return exitCodes.failure;
    return verdict === 'unproven' ? exitCodes.incomplete : exitCodes.success;
  });
  return shutdown.pause.aborted ? exitCodes.interrupted : code;
}

function percent(text: string): number {
  const value = Number(text.replace(/%$/, ''));
  if (!(value > 0 && value <= 100)) {
    throw new InvalidArgumentError('Give a percentage above 0, for example 5.');
  }
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Give a whole number from 0.');
  }
  return value;
}
