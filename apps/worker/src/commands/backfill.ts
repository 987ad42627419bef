import { InvalidArgumentError } from 'commander';
import { parseConfig, parseStatusConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { type Cancellation, cancelWork, liftCancellations, openBackfills } from '../operations/cancel.ts';
import type { Output } from '../output.ts';
import { type Services, withServices } from '../services.ts';
import type { Shutdown } from '../shutdown.ts';
import { type BackfillResult, runBackfill } from '../sync/backfill/backfill.ts';
import { type BackfillPart, backfillPart } from '../sync/backfill/backfill-part.ts';
import type { BackfillPlan } from '../sync/backfill/backfill-plan.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import type { PageReport, Stop } from '../sync/ports.ts';
import { type PullAttempt, pullChanges } from '../sync/pull/pull.ts';
import { mayBeAboutARow, patientEntity } from '../sync/reading/index.ts';
import { refreshReferenceData } from '../sync/reference-data/reference-data.ts';
import { entitiesOf, entityArgument, entityName, forEachEntity, namesOfAll } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { dryRunOptions, isDryRun, rehearse } from './dry-run.ts';
import { interruptible } from './interruptible.ts';
import { cancelOptions, localOperator, momentBefore, operatorToCancel, withOperations } from './operator.ts';
import { createProgress, type Progress } from './progress.ts';
import { anywayOption, unlessPaused } from './unless-paused.ts';

const cancelCommand: CommandDefinition = {
  name: 'cancel',
  summary: 'end a backfill that runs, in whichever process',
  description:
    'Ends the backfill of an entity, or of all that are not complete, after the page at hand, in every daemon and command,\n' +
    'and records it as cancelled. What was read stays. No daemon goes on with it by itself: "magento-sync backfill" or\n' +
    '"magento-sync resume" does, from its checkpoints.',
  notes: 'For example: magento-sync backfill cancel orders --reason "the shop is slow"',
  options: (command) =>
    cancelOptions(command.argument('[entity]', `only this one: ${namesOfAll}`, entityName)),
  async run(options, context) {
    const operator = operatorToCancel(options);
    const { entity, json } = options as { entity?: string; json?: boolean };
    const { entities } = parseStatusConfig(context.environment);
    return withOperations('backfill cancel', context, async (operations) => {
      const open = entity === undefined ? await openBackfills(operations, entities) : [entity];
      const cancelled: ({ readonly entity: string } & Cancellation)[] = [];
      for (const each of open)
        cancelled.push({ entity: each, ...(await cancelWork(operations, operator, { backfillOf: each })) });
      if (json) context.output.json({ cancelled });
      else if (open.length === 0)
        context.output.line('Every backfill is complete, and none is under way: there is nothing to cancel.');
      else for (const { sentence } of cancelled) context.output.line(sentence);
      return open.length === 0 ? exitCodes.incomplete : exitCodes.success;
    });
  },
};

/** `magento-sync backfill`, `magento-sync backfill cancel` */
export const backfillCommand: CommandDefinition = {
  name: 'backfill',
  summary: 'read everything once',
  description:
    'Reads all records, in id ranges that run in parallel, then pulls what changed meanwhile. Goes on where an\n' +
    'earlier backfill stopped, whatever stopped it. Needs no daemon; with one running both share the work.',
  notes:
    'Ctrl-C stops after the page at hand; the same command goes on from there, and with a backfill that was cancelled.',
  commands: [cancelCommand],
  options: (command) =>
    anywayOption(dryRunOptions(entityArgument(command)))
      .option('--resume', 'go on where the last backfill stopped (default)')
      .option('--restart', 'forget the progress of the last backfill and read everything again')
      .option(
        '--from-id <id>',
        'read only this id and larger ones, once more, beside the plan of the backfill',
        idOption,
      )
      .option('--to-id <id>', 'read only this id and smaller ones', idOption)
      .option(
        '--since <time>',
        'read only what changed since then: 7d, or 2026-11-26 08:00 (UTC)',
        momentBefore,
      )
      .option('--json', 'print the result as JSON and no progress'),
  async run(options, context) {
    const { environment, output } = context;
    if (options['resume'] && options['restart']) {
      throw new UsageError('--resume and --restart exclude each other; leave one of them out.');
    }
    const part = partOf(options);
    if (isDryRun(options)) {
      return rehearse('backfill', options, context, async (sync, entity, stop, onStart) =>
        part
          ? backfillPart(sync, entity, part, stop, onStart)
          : runBackfill(sync, entity, stop, {
              restart: options['restart'] === true,
              onPlan: async (plan) => onStart(await rowsExpected(sync, entity, plan, stop.signal)),
            }),
      );
    }
    const config = parseConfig(environment);
    const log = commandLogger(config, 'other');
    const progress = createProgress(output, options['json'] === true);
    // The pull afterwards has a progress of its own.
    const onPage = (page: PageReport) => {
      if (page.cause === 'backfill' || page.cause === 'pull') progress.add(page);
    };
    return interruptible(config, output, (shutdown) =>
      withServices(
        config,
        { command: 'backfill', log, waitsOutOutages: true, signal: shutdown.abort, onPage },
        (services) =>
          backfillAll(services, entitiesOf(services.sync, options), shutdown, {
            restart: options['restart'] === true,
            json: options['json'] === true,
            anyway: options['anyway'] === true,
            part,
            output,
            progress,
          }),
      ),
    );
  },
};

interface Choices {
  readonly restart: boolean;
  readonly json: boolean;
  readonly anyway: boolean;
  /** Only this part, and nothing of the plan. */
  readonly part: BackfillPart | undefined;
  readonly output: Output;
  readonly progress: Progress;
}

async function backfillAll(
  { sync }: Services,
  entities: readonly EntityDescriptor[],
  shutdown: Shutdown,
  choices: Choices,
): Promise<ExitCode> {
  const { json, output, part } = choices;
  const stop = { signal: shutdown.abort, pause: shutdown.pause };
  if (part) return readPart(sync, entities, stop, part, choices);
  const { anyway } = choices;
  const cancelled = await liftCancellations(
    sync,
    localOperator('asked for by "magento-sync backfill"'),
    entities.map(({ name }) => name),
  );
  for (const sentence of cancelled) output.note(sentence);
  const reference = { entity: 'reference-data', kind: 'reference-data' } as const;
  const referenceData = await unlessPaused(sync, reference, { anyway }, stop, (until) =>
    refreshReferenceData(sync, until),
  );
  if (referenceData.reason) output.note(`Reference data is incomplete. ${referenceData.reason}`);
  const code = await forEachEntity(entities, output, async (entity) => {
    if (stop.pause.aborted) return exitCodes.interrupted;
    const startedAt = performance.now();
    const work = { entity: entity.name, kind: 'backfill' } as const;
    const result = await unlessPaused(sync, work, { anyway }, stop, (until) =>
      backfillEntity(sync, entity, until, choices),
    );
    // What changed while the ranges were read; its watermark lies before the backfill began.
    const pull =
      result.readToEnd && !stop.pause.aborted
        ? await pullAfterwards(sync, entity, stop, choices.progress)
        : undefined;
    const left = result.rangesLeft > 0 || pull?.kind !== 'pulled' || pull.result.status !== 'succeeded';
    if (json) output.json({ entity: entity.name, ...result, referenceData, pull: pull ?? null });
    else output.line(sentenceOf(entity, result, pull, performance.now() - startedAt));
    if (stop.pause.aborted) return exitCodes.interrupted;
    return left || referenceData.status !== 'succeeded' ? exitCodes.incomplete : exitCodes.success;
  });
  return code;
}

async function pullAfterwards(
  sync: Services['sync'],
  entity: EntityDescriptor,
  stop: Stop,
  progress: Progress,
): Promise<PullAttempt> {
  progress.start(sync, entity.name, null, 0);
  try {
    return await pullChanges(sync, entity, stop);
  } finally {
    progress.stop();
  }
}

async function readPart(
  sync: Services['sync'],
  entities: readonly EntityDescriptor[],
  stop: Stop,
  part: BackfillPart,
  { anyway, json, output, progress }: Choices,
): Promise<ExitCode> {
  const code = await forEachEntity(entities, output, async (entity) => {
    const work = { entity: entity.name, kind: 'backfill' } as const;
    const result = await unlessPaused(sync, work, { anyway }, stop, (until) =>
      backfillPart(sync, entity, part, until, (rows) => progress.start(sync, entity.name, rows, 0)),
    ).finally(() => progress.stop());
    const { status, reason, rows, inserted, updated, unchanged } = result;
    if (json) output.json({ entity: entity.name, ...result });
    else {
      const end = status === 'succeeded' ? '.' : `; ${reason ?? status}`;
      output.line(
        `${entity.name}: ${rows} rows read: ${inserted} new, ${updated} changed, ${unchanged} unchanged${end}`,
      );
    }
    return status === 'succeeded' ? exitCodes.success : exitCodes.incomplete;
  });
  return stop.pause.aborted ? exitCodes.interrupted : code;
}

/** The part that is asked for; nothing when it is everything. */
function partOf(options: Readonly<Record<string, unknown>>): BackfillPart | undefined {
  const { fromId, toId, since: moment } = options as { fromId?: number; toId?: number; since?: Date };
  if (fromId === undefined && toId === undefined && !moment) return undefined;
  if (options['restart'] || options['resume']) {
    throw new UsageError('--restart and --resume are about everything; leave them out to read a part.');
  }
  if (moment) {
    if (fromId !== undefined || toId !== undefined) {
      throw new UsageError('--since and ids exclude each other; leave one of them out.');
    }
    return { since: moment.toISOString().slice(0, 19).replace('T', ' ') };
  }
  if (fromId !== undefined && toId !== undefined && fromId > toId) {
    throw new UsageError(`--from-id ${fromId} is larger than --to-id ${toId}; exchange them.`);
  }
  return { range: { afterId: (fromId ?? 1) - 1, upToId: toId ?? null } };
}

function idOption(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number above 0, for example 17.');
}

async function backfillEntity(
  sync: Services['sync'],
  entity: EntityDescriptor,
  { signal, pause }: Stop,
  { restart, progress }: Choices,
): Promise<BackfillResult> {
  const onPlan = async (plan: BackfillPlan) => {
    if (plan.completedAt) return;
    const read = await Promise.all(
      plan.ranges
        .filter(({ position, afterId, hasGaps }) => position > afterId && !hasGaps)
        .map(({ position, afterId }) => entity.countInCopy(sync, { afterId, upToId: position })),
    );
    const done = read.reduce((sum, rows) => sum + rows, 0);
    progress.start(sync, entity.name, await rowsExpected(sync, entity, plan, signal), done);
  };
  try {
    return await runBackfill(sync, entity, { signal, pause }, { restart, onPlan });
  } finally {
    progress.stop();
  }
}

/** Rows in the shop; when its answer breaks over the first one, about as many as it has ids. */
async function rowsExpected(
  sync: Services['sync'],
  entity: EntityDescriptor,
  { ranges, rows }: BackfillPlan,
  signal: AbortSignal,
): Promise<number> {
  if (rows !== undefined) return rows;
  try {
    return await patientEntity(sync, entity, signal).count(sync, signal);
  } catch (error) {
    if (mayBeAboutARow(error)) return Math.max(0, ...ranges.map(({ afterId }) => afterId));
    throw error;
  }
}

function sentenceOf(
  entity: EntityDescriptor,
  result: BackfillResult,
  pull: PullAttempt | undefined,
  tookMs: number,
): string {
  if (result.status === 'incomplete') {
    const after = pull ? ` ${pullPart(pull)}` : '';
    return `${entity.name}: ${result.reason ?? result.status}${after}`;
  }
  if (result.rangesLeft > 0) {
    return `${entity.name}: stopped with ${result.rangesLeft} ranges left. Run "magento-sync backfill" to go on.`;
  }
  if (result.ranges === 0) {
    return `${entity.name}: the backfill was complete already; --restart reads everything again. ${pullPart(pull)}`;
  }
  return `${entity.name}: backfill complete in ${formatDuration(tookMs)}. ${pullPart(pull)}`;
}

function pullPart(pull: PullAttempt | undefined): string {
  switch (pull?.kind) {
    case 'pulled': {
      const { status, reason, inserted, updated, watermark } = pull.result;
      if (status === 'incomplete') return `The pull after it is incomplete. ${reason ?? ''}`;
      return `The pull after it found ${inserted} new and ${updated} changed; complete up to ${watermark} UTC.`;
    }
    case 'busy':
      return 'Another process is pulling what changed meanwhile.';
    default:
      return 'Run "magento-sync pull" to read what changed meanwhile.';
  }
}
