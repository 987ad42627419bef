import { type OutboxEntry, OutboxGapError } from '@magento-sync/db';
import { InvalidArgumentError } from 'commander';
import { parseStorageConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withStorage } from '../storage.ts';
import { followFeed } from '../sync/feed/follow-feed.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { requireShopName } from './shop-name.ts';

/** A blocked reader must not keep the process alive after Ctrl-C. */
const shutdown = { graceMs: 0, deadlineMs: 5_000 };

/** `magento-sync changes` */
export const changesCommand: CommandDefinition = {
  name: 'changes',
  summary: 'print the feed of changes, for other programs',
  description:
    'Prints one JSON object a line for every change of the copy, in order. An entry says what happened to which record;\n' +
    'read the record in SQL for its present state. With --consumer the next call goes on where this one stopped.',
  notes:
    'Every entry is printed at least once: after a crash the last ones may come again. A consumer that is new begins with\n' +
    'what happens next; read the tables once after that. Kept for CHANGE_FEED_KEPT, whoever has read it or not.',
  options: (command) =>
    command
      .option(
        '--consumer <name>',
        'go on where this consumer stopped, and remember how far it got',
        consumerName,
      )
      .option(
        '--from <position>',
        'print what comes after this position, or "now" for what happens next',
        position,
      )
      .option('--follow', 'wait for more at the end')
      .option('--text', 'print lines for people instead of JSON'),
  async run(options, { environment, output }) {
    const config = parseStorageConfig(environment);
    const shop = requireShopName(config);
    const log = commandLogger(config, 'other');
    const { consumer, from } = options as { consumer?: string; from?: bigint | 'now' };
    if (!config.recording.feed) output.note('CHANGE_FEED is off: nothing is added to the feed.');
    const write = options['text'] ? asText : asJson;
    return interruptible({ shutdown }, output, ({ pause }) =>
      withStorage(
        config,
        { command: 'changes', maxConnections: 2, log },
        async ({ store }): Promise<ExitCode> => {
          try {
            await followFeed(
              { shop, outbox: store.outbox, log },
              {
                ...(consumer === undefined ? {} : { consumer }),
                ...(from === undefined ? {} : { from }),
                follow: options['follow'] === true,
                handOver: (entry) => output.handOver(write(entry)),
                pause,
              },
            );
          } catch (error) {
            if (isClosedPipe(error)) return exitCodes.success;
            throw error instanceof OutboxGapError ? gapError(error, consumer) : error;
          }
          return pause.aborted ? exitCodes.interrupted : exitCodes.success;
        },
      ),
    );
  },
};

function asJson({ position: at, changeId, entityId, ...entry }: OutboxEntry): string {
  const { shop, entity, operation, cause, changedFields, runId, recordedAt } = entry;
  return JSON.stringify({
    position: Number(at),
    shop,
    entity,
    id: entityId,
    operation,
    changedFields,
    cause,
    runId,
    changeId: changeId === null ? null : Number(changeId),
    recordedAt,
  });
}

function asText({
  position: at,
  entity,
  entityId,
  operation,
  cause,
  changedFields,
  recordedAt,
}: OutboxEntry): string {
  const fields = changedFields.length > 0 ? `: ${changedFields.join(', ')}` : '';
  return `${at}  ${recordedAt.toISOString()}  ${operation} ${entity} ${entityId} (${cause})${fields}`;
}

function gapError(error: OutboxGapError, consumer: string | undefined): Error {
  const who = consumer === undefined ? 'This position' : `Consumer ${consumer}`;
  const again = `magento-sync changes${consumer === undefined ? '' : ` --consumer ${consumer}`} --from ${error.prunedUpTo}`;
  return new Error(
    `${who} was overtaken: entries up to position ${error.prunedUpTo} were pruned before they were read. ` +
      `Go on with "${again}" and read the tables once after that; a longer CHANGE_FEED_KEPT prevents it.`,
    { cause: error },
  );
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

function consumerName(text: string): string {
  if (/^[\w.-]{1,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Use 1 to 63 letters, digits, dots, hyphens and underscores.');
}

function position(text: string): bigint | 'now' {
  if (text === 'now') return text;
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('Give the position of an entry, or "now".');
}
