import { type DestinationStream, type Logger, pino } from 'pino';
import { textLine } from './log-text.ts';

export type { Logger } from 'pino';

/** How and where to log. */
export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'text';
  readonly destination: DestinationStream;
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

/** Creates the logger; stack traces of errors are only written at level `debug`. */
export function createLogger({ level, format, destination }: LoggerOptions): Logger {
  const stream: DestinationStream =
    format === 'text' ? { write: (line: string) => destination.write(textLine(line)) } : destination;
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
    },
    stream,
  );
}

function describeError(error: unknown, withStack: boolean): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  return {
    name,
    message,
    ...code,
    ...(withStack ? { stack } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause, withStack) }),
  };
}
