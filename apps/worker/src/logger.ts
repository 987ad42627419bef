import { inspect } from 'node:util';
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import { traceFields } from './telemetry.ts';

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
      mixin: traceFields,
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

/** Decides which of many equal lines are written. */
interface LineFolding {
  /**
   * Whether a line is written now: the first of its kind is, further ones within the window are counted.
   *
   * `write` is called once at the end of a window in which lines were held back, with their number and for the last of
   * them.
   */
  admit(kind: string, write: (repeated: number) => void): boolean;
}

interface Window {
  held: number;
  writeLast: (repeated: number) => void;
}

/** Kinds that are remembered at once: beyond this a line is written as it is, so that memory stays bounded. */
const mostKinds = 1_000;

/** Folds equal lines into the first one and one a window with a count. */
function foldLines(windowMs: number): LineFolding {
  const windows = new Map<string, Window>();

  function open(kind: string): void {
    windows.set(kind, { held: 0, writeLast: () => undefined });
    // Unreferenced: what is left to be said never keeps a process alive.
    setTimeout(() => close(kind), windowMs).unref();
  }

  function close(kind: string): void {
    const window = windows.get(kind);
    windows.delete(kind);
    if (!window || window.held === 0) return;
    // What goes on is folded further.
    open(kind);
    window.writeLast(window.held);
  }

  return {
    admit(kind, write) {
      const window = windows.get(kind);
      if (window) {
        window.held += 1;
        window.writeLast = write;
        return false;
      }
      if (windows.size < mostKinds) open(kind);
      return true;
    },
  };
}

const levelNames: Record<number, string> = {
  20: 'debug',
  30: 'info ',
  40: 'warn ',
  50: 'ERROR',
  60: 'FATAL',
};
const hiddenFields = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

/**
 * One log line for people, made from the JSON line of the logger: time, level, message, fields.
 *
 * A line that is not JSON is passed on as it is.
 */
function textLine(json: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const time = typeof entry['time'] === 'string' ? entry['time'].slice(11, 19) : '';
  const level = levelNames[Number(entry['level'])] ?? String(entry['level']);
  const fields = Object.entries(entry)
    .filter(([name]) => !hiddenFields.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  const error = entry['err'] as LoggedError | undefined;
  const described = error ? [errorText(error)] : [];
  return `${[time, level, String(entry['msg'] ?? ''), ...fields, ...described].join(' ')}\n`;
}

/** An error as the logger writes it. */
interface LoggedError {
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

function errorText({ message = '', stack, cause }: LoggedError): string {
  if (stack !== undefined) return cause ? `${stack}\n  caused by ${errorText(cause)}` : stack;
  return cause ? `${message} (${errorText(cause)})` : message;
}
