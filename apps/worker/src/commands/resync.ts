import type { Command } from 'commander';
import { parseConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { recordAct } from '../operations/acts.ts';
import { openQuarantined, refuseBadIds } from '../operations/requests.ts';
import { textTable } from '../output.ts';
import { type Services, withServices } from '../services.ts';
import type { Stop } from '../sync/ports.ts';
import { type ResyncedRecord, type ResyncResult, resync } from '../sync/resync/resync.ts';
import { entitiesOf, entityName, namesOfAll } from './chosen-entities.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { collectIds, operatorOf, operatorOptions } from './operator.ts';
import { createProgress, type Progress } from './progress.ts';
import { anywayOption, unlessPaused } from './unless-paused.ts';

/** `magento-sync resync <entity> <id…>` */
export const resyncCommand: CommandDefinition = {
  name: 'resync',
  summary: 'read single records now and write them',
  description:
    'Reads these records from the shop and writes what differs, or proves that the shop has them no more. Tries records\n' +
    'in quarantine again at once. For example: magento-sync resync orders 1001 1002',
  notes: 'Exits with 3 when one of them could not be read, or when the brake on deletions holds.',
  options: (command) =>
    readOptions(command.argument('<entity>', `kind of record: ${namesOfAll}`, entityName)),
  run: (options, context) => readNow(options, context, 'resync'),
};

/** Arguments and options of commands that read single records. */
export function readOptions(command: Command, ids = '<id...>'): Command {
  return anywayOption(operatorOptions(command.argument(ids, 'ids in the shop', collectIds))).option(
    '--json',
    'print the result as JSON',
  );
}

/** Reads the named records in this process; `quarantine retry` without ids reads all that are set aside. */
export async function readNow(
  options: Readonly<Record<string, unknown>>,
  { environment, output }: CommandContext,
  act: 'resync' | 'quarantine retry',
): Promise<ExitCode> {
  const { entity: name, id } = options as { entity: string; id?: readonly number[] };
  const config = parseConfig(environment);
  const log = commandLogger(config, 'other');
  const progress = createProgress(output, options['json'] === true, 'records');
  return interruptible(config, output, ({ abort: signal, pause }) =>
    withServices(config, { command: act, log, waitsOutOutages: true, signal }, async (services) => {
      const stop = { signal, pause };
      const result = await actUpon(services, options, { stop, progress }, act, name, id).finally(() =>
        progress.stop(),
      );
      if (options['json']) output.json({ entity: name, ...result });
      else output.line(resultText(name, result));
      if (pause.aborted) return exitCodes.interrupted;
      return result.status === 'succeeded' ? exitCodes.success : exitCodes.incomplete;
    }),
  );
}

async function actUpon(
  { sync }: Services,
  options: Readonly<Record<string, unknown>>,
  { stop, progress }: { readonly stop: Stop; readonly progress: Progress },
  act: 'resync' | 'quarantine retry',
  name: string,
  ids: readonly number[] | undefined,
): Promise<ResyncResult> {
  const [entity] = entitiesOf(sync, { entity: name });
  if (!entity) throw new Error(`${name} is not switched on.`);
  const subject = { entity: name, ids: ids ?? 'all' };
  return recordAct(sync, operatorOf(options), { act, subject }, async () => {
    const chosen = act === 'resync' ? (ids ?? []) : await openQuarantined(sync, name, ids);
    refuseBadIds(chosen);
    progress.start(sync, name, new Set(chosen).size, 0);
    const value = await unlessPaused(sync, { entity: name, kind: 'resync' }, options, stop, (until) =>
      resync(sync, entity, chosen, until, () => progress.add({ rows: 1 })),
    );
    return {
      value,
      outcome: value.status === 'succeeded' ? 'done' : 'incomplete',
      text: value.reason ?? countsText(value.records),
    };
  });
}

function resultText(entity: string, { status, reason, records }: ResyncResult): string {
  const rows = records.map(({ id, outcome, fields }) => [String(id), outcome, fields.join(', ')]);
  const table = textTable([entity.toUpperCase().replaceAll('_', ' '), 'WAS', 'DIFFERED IN'], rows);
  return `${table}\n\n${status === 'succeeded' ? `${countsText(records)}.` : (reason ?? status)}`;
}

function countsText(records: readonly ResyncedRecord[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of records) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}
