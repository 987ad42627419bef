import { type Command, InvalidArgumentError } from 'commander';
import { parseConfig } from '../config/config.ts';
import { dryReportText } from '../dry-run/dry-report.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import type { WorkKind } from '../operations/work.ts';
import { withServices } from '../services.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import type { PageReport, Stop, SyncContext } from '../sync/ports.ts';
import type { RunResult } from '../sync/run.ts';
import { entitiesOf, forEachEntity } from './chosen-entities.ts';
import type { CommandContext } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from './progress.ts';
import { unlessPaused } from './unless-paused.ts';

/** Adds the options of a dry run. */
export function dryRunOptions(command: Command): Command {
  return command
    .option(
      '--dry-run',
      'read as in a real run, write nothing, and say what would be inserted, changed and deleted',
    )
    .option('--samples <number>', 'with --dry-run: show so many records with old and new values', samples);
}

/** Whether a dry run is asked for. Throws a `UsageError` for `--samples` without it. */
export function isDryRun(options: Readonly<Record<string, unknown>>): boolean {
  const { dryRun, samples: asked } = options as { dryRun?: boolean; samples?: number };
  if (asked !== undefined && !dryRun)
    throw new UsageError('--samples belongs to --dry-run; give both or none.');
  return dryRun === true;
}

/** What a use case would have done; nothing when it needs a backfill first. */
type Rehearsal = (
  sync: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
  /** Told how many rows there are to read, where that is known. */
  onStart: (rows: number | null) => void,
) => Promise<RunResult>;

/**
 * Runs a use case for every chosen entity with a store that writes nothing, and says what it would have done.
 *
 * PostgreSQL refuses writes of this process by itself. The requests are real and count for the budget.
 */
export async function rehearse(
  kind: WorkKind,
  options: Readonly<Record<string, unknown>>,
  { environment, output }: CommandContext,
  rehearsal: Rehearsal,
): Promise<ExitCode> {
  const config = parseConfig(environment);
  const log = commandLogger(config, 'other');
  const { samples: most = 0 } = options as { samples?: number };
  const json = options['json'] === true;
  // A reconcile counts, and reads ids where counts differ: no rows.
  const countsRequests = kind === 'reconcile';
  const progress = createProgress(output, json, countsRequests ? 'requests' : 'rows');
  let rows = 0;
  const onPage = (page: PageReport) => {
    rows += page.rows;
    if (!countsRequests) progress.add(page);
  };
  const onRequest = () => {
    if (countsRequests) progress.add({ rows: 1 });
  };
  const services = {
    command: `${kind} --dry-run`,
    log,
    waitsOutOutages: true,
    dryRun: { samples: most },
    onPage,
    onRequest,
  };
  return interruptible(config, output, ({ abort: signal, pause }) =>
    withServices(config, { ...services, signal }, async ({ sync, tallyOf }) => {
      const code = await forEachEntity(entitiesOf(sync, options), output, async (entity) => {
        rows = 0;
        const result = await unlessPaused(
          sync,
          { entity: entity.name, kind },
          options,
          { signal, pause },
          (stop) => rehearsal(sync, entity, stop, (total) => progress.start(sync, entity.name, total, 0)),
        ).finally(() => progress.stop());
        const report = tallyOf?.(entity.name).report();
        if (!report) throw new Error('A dry run has no tally.');
        const { status, reason } = result;
        const complete = status === 'succeeded';
        if (json)
          output.json({
            entity: entity.name,
            dryRun: true,
            complete,
            reason: reason ?? null,
            rows,
            ...report,
          });
        else {
          output.line(dryReportText(entity.name, rows, report));
          if (reason !== undefined) output.line(`  Not complete: ${reason}`);
        }
        return complete ? exitCodes.success : exitCodes.incomplete;
      });
      if (!json) output.line('Dry run: nothing was written.');
      return pause.aborted ? exitCodes.interrupted : code;
    }),
  );
}

/** The result of an attempt that may not have begun, for a rehearsal. */
export function resultOfAttempt(attempt: { readonly kind: string; readonly result?: RunResult }): RunResult {
  if (attempt.result) return attempt.result;
  const reasons: Readonly<Record<string, string>> = {
    'needs-backfill': 'everything has to be read once before; run "magento-sync backfill".',
    busy: 'another process is at it.',
  };
  if (attempt.kind === 'idle') return { status: 'succeeded' };
  return { status: 'incomplete', reason: reasons[attempt.kind] ?? attempt.kind };
}

function samples(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1_000) return value;
  throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
}
