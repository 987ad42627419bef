import type { QuarantinedId } from '@magento-sync/db';
import { formatDuration } from '../config/duration.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { releaseQuarantined } from '../operations/requests.ts';
import { textTable } from '../output.ts';
import { entityName, namesOfAll } from './chosen-entities.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { collectIds, operatorOf, operatorOptions, withOperations } from './operator.ts';
import { readNow, readOptions } from './resync.ts';

const listCommand: CommandDefinition = {
  name: 'list',
  summary: 'show what is set aside',
  description:
    'Shows every record that the shop cannot serve or list: why, since when, and when it is tried again.',
  options: (command) =>
    command
      .argument('[entity]', `only these: ${namesOfAll}`, entityName)
      .option('--all', 'also those that could be read again since')
      .option('--json', 'print them as JSON'),
  run: list,
};

const retryCommand: CommandDefinition = {
  name: 'retry',
  summary: 'try what is set aside again now',
  description:
    'Reads records in quarantine now, the named ones or all of the entity, and writes what the shop shows.',
  notes: 'Exits with 3 while one of them still cannot be read.',
  options: (command) =>
    readOptions(command.argument('<entity>', `kind of record: ${namesOfAll}`, entityName), '[id...]'),
  run: (options, context) => readNow(withIds(options), context, 'quarantine retry'),
};

const releaseCommand: CommandDefinition = {
  name: 'release',
  summary: 'take records out of quarantine without reading them',
  description:
    'Takes the named records out of quarantine, or all of the entity: the next read asks for them like for any other, and\n' +
    'sets aside again what still breaks.',
  options: (command) =>
    operatorOptions(
      command
        .argument('<entity>', `kind of record: ${namesOfAll}`, entityName)
        .argument('[id...]', 'ids in the shop', collectIds),
    ).option('--json', 'print the number of records as JSON'),
  async run(options, context) {
    const { entity, id } = withIds(options);
    return withOperations('quarantine release', context, async (operations) => {
      const released = await releaseQuarantined(operations, operatorOf(options), {
        entity,
        ...(id ? { ids: id } : {}),
      });
      if (options['json']) context.output.json({ entity, released });
      else context.output.line(`${entity}: ${released} released; the next read asks for them again.`);
      return exitCodes.success;
    });
  },
};

/** `magento-sync quarantine list|retry|release` */
export const quarantineCommand: CommandDefinition = {
  name: 'quarantine',
  summary: 'show what the shop cannot serve, try it again, or release it',
  description:
    'Records over which answers of the shop break, or which its lists hide. Without a command: the list.',
  options: (command) => command.option('--json', 'print them as JSON'),
  commands: [listCommand, retryCommand, releaseCommand],
  run: list,
};

function withIds(options: Readonly<Record<string, unknown>>) {
  const { id, ...others } = options as { entity: string; id?: readonly number[] };
  return id && id.length > 0 ? { ...others, id } : (others as { entity: string; id?: readonly number[] });
}

async function list(options: Readonly<Record<string, unknown>>, context: CommandContext): Promise<ExitCode> {
  const { entity, all } = options as { entity?: string; all?: boolean };
  return withOperations('quarantine list', context, async ({ shop, store, clock }) => {
    const entries = await store.quarantine.list(shop, {
      ...(entity === undefined ? {} : { entity }),
      includeResolved: all === true,
    });
    if (options['json']) context.output.json(entries);
    else context.output.line(listText(entries, clock.now()));
    return exitCodes.success;
  });
}

function listText(entries: readonly QuarantinedId[], now: Date): string {
  if (entries.length === 0) return 'Nothing is set aside.';
  const ago = (moment: Date) => `${formatDuration(now.getTime() - moment.getTime())} ago`;
  const next = ({ nextAttemptAt, resolvedAt }: QuarantinedId) => {
    if (resolvedAt) return `settled ${ago(resolvedAt)}`;
    return nextAttemptAt > now ? `in ${formatDuration(nextAttemptAt.getTime() - now.getTime())}` : 'due';
  };
  const rows = entries.map((entry) => [
    entry.entity,
    String(entry.id),
    String(entry.attempts),
    ago(entry.firstFailedAt),
    next(entry),
    entry.reportId ?? '-',
    entry.reason,
  ]);
  return textTable(['ENTITY', 'ID', 'TRIED', 'SINCE', 'NEXT TRY', 'REPORT ID', 'REASON'], rows);
}
