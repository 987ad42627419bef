import { inspect } from 'node:util';
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import { foldLines } from './log-folding.ts';
import { textLine } from './log-text.ts';

export type { Logger } from 'pino';

/** How and where to log. */
export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'text';
  readonly destination: DestinationStream;
  /** How long equal warnings and errors are folded into one; a minute. */
  readonly foldMs?: number;
}

/** Names of fields that never reach the log, wherever they stand in an object. */
const secretFields = [
  'password',
  'token',
  'accessToken',
  'accessTokenSecret',
  'consumerSecret',
  'clientSecret',
  'totpSecret',
  'sessionId',
  'authorization',
  'cookie',
];

const warnLevel = 40;
const errorLevel = 50;

/**
 * Creates the logger.
 *
 * Errors of level `error` carry their stack, others only at level `debug`. Warnings and errors that say the same again
 * are folded into one line a minute with `repeated`: a server that refuses must not fill the disk.
 */
export function createLogger({ level, format, destination, foldMs = 60_000 }: LoggerOptions): Logger {
  const stream: DestinationStream =
    format === 'text' ? { write: (line: string) => destination.write(textLine(line)) } : destination;
  const folding = foldLines(foldMs);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[hidden]',
      },
      serializers: { err: (error: unknown) => describeError(error, level === 'debug') },
      hooks: {
        logMethod(args, method, lineLevel) {
          if (lineLevel < warnLevel) return method.apply(this, args);
          const write = (repeated?: number) => method.apply(this, withDetails(args, lineLevel, repeated));
          if (folding.admit(kindOf(args, lineLevel, this), write)) write();
        },
      },
    },
    stream,
  );
}

/** An error that is described already, in full. */
class DescribedError {
  readonly fields: Record<string, unknown>;

  constructor(error: unknown) {
    this.fields = describeError(error, true);
  }
}

function withDetails(args: Parameters<LogFn>, level: number, repeated?: number): Parameters<LogFn> {
  const [first, ...rest] = args as [unknown, ...unknown[]];
  const isObject = typeof first === 'object' && first !== null && !(first instanceof Error);
  const fields: Record<string, unknown> = isObject ? { ...first } : {};
  if (level >= errorLevel && 'err' in fields) fields['err'] = new DescribedError(fields['err']);
  if (repeated !== undefined) fields['repeated'] = repeated;
  return (isObject ? [fields, ...rest] : [fields, first, ...rest]) as Parameters<LogFn>;
}

/** Fields that differ between lines that say the same. */
const passingFields = new Set(['err', 'attempt', 'waitMs', 'durationMs', 'repeated']);

/** What makes two lines say the same: level, message, job, fields, and the error whatever numbers stand in it. */
function kindOf(args: Parameters<LogFn>, level: number, logger: Logger): string {
  const [first, second] = args as [unknown, unknown];
  const isObject = typeof first === 'object' && first !== null;
  const fields = isObject ? (first as Record<string, unknown>) : {};
  const job = fields['job'] ?? logger.bindings()['job'];
  const said = Object.entries(fields).filter(([name]) => !passingFields.has(name));
  return [level, String(isObject ? second : first), job, inspect(said), errorKind(fields['err'])].join(' ');
}

function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const text = `${error.name} ${codeOf(error)} ${error.message}`;
  return text.replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID').replaceAll(/\d+/g, 'N');
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function describeError(error: unknown, withStack: boolean): Record<string, unknown> {
  if (error instanceof DescribedError) return error.fields;
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, stack, cause } = error;
  // Node reports a host with several addresses as an AggregateError without a message.
  const message =
    error.message || (error instanceof AggregateError ? error.errors.map(String).join('; ') : error.name);
  const code = 'code' in error ? { code: error.code } : {};
  return {
    name,
    message,
    ...code,
    ...(withStack ? { stack } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause, withStack) }),
  };
}
