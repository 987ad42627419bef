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
export function textLine(json: string): string {
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
