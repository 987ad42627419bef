import { hostname, userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { parseStorageConfig } from '../config/config.ts';
import { parseDuration } from '../config/duration.ts';
import { UsageError } from '../failure.ts';
import type { OperationContext, Operator } from '../operations/acts.ts';
import { type WorkKind, workKinds } from '../operations/work.ts';
import { withStorage } from '../storage.ts';
import type { CommandContext } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { requireShopName } from './shop-name.ts';

/** Adds the options that say who does something, and why. */
export function operatorOptions(command: Command): Command {
  return command
    .option('--by <name>', 'who does it; stands beside it in "status" and sync.acts', userName())
    .option('--reason <text>', 'why; stands beside it');
}

/** Who does what the command does. */
export function operatorOf(options: Readonly<Record<string, unknown>>): Operator {
  const { by, reason } = options as { by: string; reason?: string };
  return { by, via: 'command line', ...(reason === undefined ? {} : { why: reason }) };
}

/** Who a command acts for by itself, with what made it act. */
export function localOperator(why: string): Operator {
  return { by: userName(), via: 'command line', why };
}

/** Adds the options of commands that cancel what runs. */
export function cancelOptions(command: Command): Command {
  return operatorOptions(command).option('--json', 'print what was cancelled as JSON');
}

/** Who cancels. Throws a `UsageError` without a reason. */
export function operatorToCancel(options: Readonly<Record<string, unknown>>): Operator {
  const operator = operatorOf(options);
  if (operator.why?.trim()) return operator;
  throw new UsageError('Say why, for whoever finds it cancelled: --reason "the shop is slow".');
}

/** The user of the operating system, at the machine. A container may have no name for it. */
export function userName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname();
  }
}

/** Does something that needs PostgreSQL alone: the shop is not asked. */
export async function withOperations<T>(
  command: string,
  { environment }: Pick<CommandContext, 'environment'>,
  use: (context: OperationContext) => Promise<T>,
): Promise<T> {
  const config = parseStorageConfig(environment);
  const shop = requireShopName(config);
  const log = commandLogger(config, 'other');
  return withStorage(config, { command, maxConnections: 2, log }, ({ store }) =>
    use({ shop, store, clock: systemClock }),
  );
}

/** Reads a duration above 0, in milliseconds. */
export function positiveDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('Give a duration, for example 30m, 2h or 1d.');
}

/** Reads a kind of work. */
export function workKind(text: string): WorkKind {
  const found = workKinds.find((kind) => kind === text);
  if (found) return found;
  throw new InvalidArgumentError(`Known are: ${workKinds.join(', ')}.`);
}

/** Reads ids that were given as arguments: `17`, `17,18` or `17 18`. */
export function recordIds(texts: readonly string[]): number[] {
  return texts
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '')
    .map((text) => {
      if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
      throw new InvalidArgumentError(`"${text}" is no id; give whole numbers above 0, for example 17.`);
    });
}

/** Collects one argument of ids after the other. */
export function collectIds(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), ...recordIds([text])];
}

const timeOfDay = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** Reads a moment: a time of the day (the next one, UTC) or a date with or without time, UTC unless it says otherwise. */
export function momentAfter(text: string, now: Date): Date | undefined {
  const clock = timeOfDay.exec(text.trim());
  if (clock) {
    const moment = new Date(now);
    moment.setUTCHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (moment <= now) moment.setUTCDate(moment.getUTCDate() + 1);
    return moment;
  }
  return dateAndTime(text);
}

/** Reads a date with or without time, UTC unless it says otherwise. */
function dateAndTime(text: string): Date | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))? ?(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const [, day = '', time = '00:00', offset = 'Z'] = match;
  const moment = new Date(
    `${day}T${time.length === 5 ? `${time}:00` : time}${offset === 'UTC' ? 'Z' : offset}`,
  );
  const isDay = moment.getTime() && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return isDay ? moment : undefined;
}

/** Reads a moment of the past: a date, or how long ago, for example `7d`. */
export function momentBefore(text: string): Date {
  const ago = parseDuration(text);
  const found = ago === undefined ? dateAndTime(text) : new Date(systemClock.now().getTime() - ago);
  if (found) return found;
  throw new InvalidArgumentError('Give how long ago, such as 7d, or a time such as 2026-11-26 08:00.');
}
