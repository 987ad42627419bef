import type { Run } from '@magento-sync/db';
import { type Command, InvalidArgumentError } from 'commander';
import { formatDuration } from '../config/duration.ts';
import { silentRunMs } from '../copy-state.ts';
import { exitCodes } from '../exit-codes.ts';
import { cancelWork } from '../operations/cancel.ts';
import { momentText, type WorkKind, workKinds } from '../operations/work.ts';
import { textTable } from '../output.ts';
import { entityName, namesOfAll } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { cancelOptions, momentBefore, operatorToCancel, withOperations, workKind } from './operator.ts';

const statuses = ['running', 'succeeded', 'incomplete', 'failed', 'interrupted', 'cancelled'] as const;
type Status = (typeof statuses)[number];

interface Filter {
  readonly entity?: string;
  readonly kind?: WorkKind;
  readonly status?: Status;
  readonly since?: Date;
  readonly limit: number;
  readonly json?: boolean;
}

const showCommand: CommandDefinition = {
  name: 'show',
  summary: 'show one run',
  description: 'Shows one run: how it ended and why, what it read and wrote, and what else it noted.',
  notes: 'Exits with 1 when there is no such run.',
  options: (command) =>
    command.argument('<number>', 'number of the run', wholeNumber).option('--json', 'print it as JSON'),
  async run(options, context) {
    const { number } = options as { number: number };
    return withOperations('runs', context, async ({ shop, store, clock }) => {
      const run = await store.runs.find(number);
      if (run?.shop !== shop) {
        context.output.note(`There is no run ${number} of ${shop}; "magento-sync runs" lists what there is.`);
        return exitCodes.failure;
      }
      if (options['json']) context.output.json(run);
      else context.output.line(runText(run, clock.now()));
      return exitCodes.success;
    });
  },
};

const cancelCommand: CommandDefinition = {
  name: 'cancel',
  summary: 'end one run, in whichever process',
  description:
    'Ends a run after the page at hand and records it as cancelled. A backfill rests from then on, see "backfill cancel";\n' +
    'other work comes again by its schedule, or when somebody asks for it.',
  notes: 'Exits with 3 when it does not run any more.',
  options: (command) => cancelOptions(command.argument('<number>', 'number of the run', wholeNumber)),
  async run(options, context) {
    const operator = operatorToCancel(options);
    const { number } = options as { number: number };
    return withOperations('runs cancel', context, async (operations) => {
      const cancelled = await cancelWork(operations, operator, { run: number });
      if (options['json']) context.output.json(cancelled);
      else context.output.line(cancelled.sentence);
      return exitCodes.success;
    });
  },
};

/** `magento-sync runs`, `runs show <number>`, `runs cancel <number>` */
export const runsCommand: CommandDefinition = {
  name: 'runs',
  summary: 'list what was run, and show one run',
  description:
    'Lists runs, newest first: what was read and written, how each ended and why. Kept for RUNS_KEPT.',
  notes: 'For example: magento-sync runs --kind pull --status failed --since 2d',
  options: filterOptions,
  commands: [showCommand, cancelCommand],
  async run(options, context) {
    const { json, ...filter } = options as unknown as Filter;
    return withOperations('runs', context, async ({ shop, store, clock }) => {
      const { entity, kind, status, since, limit } = filter;
      const runs = await store.runs.recent(shop, {
        ...(entity === undefined ? {} : { entity }),
        ...(kind === undefined ? {} : { kind }),
        ...(status === undefined ? {} : { status }),
        ...(since === undefined ? {} : { since }),
        limit,
      });
      if (json) context.output.json(runs);
      else context.output.line(listText(runs, clock.now()));
      return exitCodes.success;
    });
  },
};

function filterOptions(command: Command): Command {
  return command
    .option('--entity <entity>', `only these: ${namesOfAll}, reference-data`, (text) =>
      text === 'reference-data' ? text : entityName(text),
    )
    .option('--kind <kind>', `only this kind: ${workKinds.join(', ')}`, workKind)
    .option('--status <status>', `only with this end: ${statuses.join(', ')}`, statusName)
    .option('--since <time>', 'only those that began since then: 2d, or 2026-11-26 08:00 (UTC)', momentBefore)
    .option('--limit <number>', 'at most so many', wholeNumber, 20)
    .option('--json', 'print them as JSON');
}

function statusName(text: string): Status {
  const found = statuses.find((status) => status === text);
  if (found) return found;
  throw new InvalidArgumentError(`Known are: ${statuses.join(', ')}.`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

/** `died` for a run that is recorded as running and gives no sign of life. */
function statusOf({ status, heartbeatAt }: Run, now: Date): string {
  const isSilent = status === 'running' && now.getTime() - heartbeatAt.getTime() > silentRunMs;
  return isSilent ? 'died' : status;
}

function tookText({ startedAt, finishedAt, heartbeatAt }: Run): string {
  return formatDuration((finishedAt ?? heartbeatAt).getTime() - startedAt.getTime());
}

function listText(runs: readonly Run[], now: Date): string {
  if (runs.length === 0) return 'No such run is recorded.';
  const rows = runs.map((run) => [
    String(run.id),
    run.kind,
    run.entity,
    `${formatDuration(now.getTime() - run.startedAt.getTime())} ago`,
    tookText(run),
    statusOf(run, now),
    String(run.rowsRead),
    String(run.inserted),
    String(run.updated),
    String(run.tombstoned + run.erased),
    cut(run.reason ?? ''),
  ]);
  const header = [
    'NO.',
    'RUN',
    'OF',
    'STARTED',
    'TOOK',
    'STATUS',
    'ROWS',
    'NEW',
    'CHANGED',
    'DELETED',
    'WHY',
  ];
  return textTable(header, rows);
}

function runText(run: Run, now: Date): string {
  const { id, kind, entity, startedAt, finishedAt, heartbeatAt, reason, details } = run;
  const status = statusOf(run, now);
  const alive = finishedAt
    ? `ended ${momentText(finishedAt)}`
    : `last sign of life ${formatDuration(now.getTime() - heartbeatAt.getTime())} ago`;
  const counts = {
    pages: run.pages,
    rows: run.rowsRead,
    new: run.inserted,
    changed: run.updated,
    unchanged: run.unchanged,
    stale: run.stale,
    replaced: run.replaced,
    revived: run.revived,
    'marked deleted': run.tombstoned,
    erased: run.erased,
  };
  const noted = Object.entries(details).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [
    `Run ${id}: ${entity === kind ? kind : `${kind} of ${entity}`}, ${status}`,
    ...(reason ? [reason] : []),
    `Began ${momentText(startedAt)}, ${alive}; took ${tookText(run)}.`,
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
    ...noted,
  ].join('\n');
}

const widestReason = 60;

function cut(text: string): string {
  return text.length > widestReason ? `${text.slice(0, widestReason - 1)}…` : text;
}
