import type { Change, RowLife } from '@magento-sync/db';
import { stringifyJson } from '@magento-sync/exact-json';
import { InvalidArgumentError } from 'commander';
import { parseStorageConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { withStorage } from '../storage.ts';
import { entityOf } from '../sync/entity/entities.ts';
import { entityName, namesOfAll } from './chosen-entities.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { requireShopName } from './shop-name.ts';

interface History {
  readonly shop: string;
  readonly entity: string;
  readonly id: number;
  /** `null` when the copy never had the record. */
  readonly life: RowLife | null;
  readonly changes: readonly Change[];
}

/** `magento-sync history <entity> <id>` */
export const historyCommand: CommandDefinition = {
  name: 'history',
  summary: 'show what happened to one record',
  description:
    'Shows every recorded change of one record, newest first: when, what was done, which read found it, and the old\n' +
    'and new values. For example: magento-sync history customers 17',
  notes: 'Changes are recorded while CHANGE_HISTORY is on, and kept for CHANGE_HISTORY_KEPT.',
  options: (command) =>
    command
      .argument('<entity>', `kind of record: ${namesOfAll}`, entityName)
      .argument('<id>', 'id of the record in the shop', recordId)
      .option('--limit <number>', 'show at most so many changes', recordId, 100)
      .option('--json', 'print the history as JSON'),
  async run(options, { environment, output }) {
    const config = parseStorageConfig(environment);
    const shop = requireShopName(config);
    const { entity, id, limit } = options as { entity: string; id: number; limit: number };
    const log = commandLogger(config, 'other');
    const history = await withStorage(
      config,
      { command: 'history', maxConnections: 2, log },
      async ({ store }): Promise<History> => ({
        shop,
        entity,
        id,
        life: (await entityOf(entity).lifeInCopy({ shop, store }, id)) ?? null,
        changes: await store.changes.of({ shop, entity, id }, { limit }),
      }),
    );
    if (options['json']) output.json({ ...history, changes: history.changes.map(asJson) });
    else print(history, output);
    return exitCodes.success;
  },
};

function asJson({ id, shop: _shop, entity: _entity, entityId: _id, ...change }: Change) {
  return { id: Number(id), ...change };
}

function print({ entity, id, life, changes }: History, output: Output): void {
  if (!life && changes.length === 0) {
    output.line(`${entity} ${id}: the copy never had this record.`);
    return;
  }
  output.line(`${entity} ${id}: ${life ? lifeText(life) : 'no longer in the copy'}.`);
  if (changes.length === 0) output.line('No change is recorded since then.');
  for (const change of changes) {
    output.line(`\n${moment(change.recordedAt)}  ${change.operation}, found by ${causeText(change)}`);
    for (const line of fieldLines(change, life?.erasedAt ?? null)) output.line(`  ${line}`);
  }
}

function lifeText({ firstSeenAt, lastSeenAt, deletedAt, erasedAt }: RowLife): string {
  const came = `in the copy since ${moment(firstSeenAt)}`;
  if (erasedAt) return `${came}, erased at ${moment(erasedAt)}`;
  if (deletedAt) return `${came}, deleted in the shop, noticed at ${moment(deletedAt)}`;
  // Of a row that does not change that is noted once an hour, so that reading it writes nothing.
  return `${came}, last seen in the shop at ${moment(lastSeenAt)} or up to an hour later`;
}

function causeText({ cause, runId }: Change): string {
  return runId === null ? cause : `${cause} (run ${runId})`;
}

function fieldLines({ changedFields, oldValues, newValues }: Change, erasedAt: Date | null): string[] {
  if (!oldValues && !newValues && erasedAt && changedFields.length > 0) {
    return [`${changedFields.join(', ')}: the values were erased`];
  }
  return changedFields.map(
    (field) => `${field}: ${valueText(oldValues, field)} → ${valueText(newValues, field)}`,
  );
}

const longestValue = 200;

function valueText(values: Record<string, unknown> | null, field: string): string {
  if (!values || !(field in values)) return '(none)';
  const text = stringifyJson(values[field]);
  return text.length > longestValue ? `${text.slice(0, longestValue)}… (--json shows all)` : text;
}

function moment(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function recordId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number above 0, for example 17.');
}
