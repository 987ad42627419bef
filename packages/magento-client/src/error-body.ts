import { withoutMarks } from './http/parse-json.ts';

/** What Magento says in the body of a refusal. */
export interface ErrorBody {
  /** With the placeholders filled in; empty when the body is not Magento's. */
  readonly message: string;
  /** The message as sent, for the few that are recognised by their text. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly reportId: string | null;
}

/**
 * Reads the body of a refusal, whatever wrote it.
 *
 * Magento: framework/Webapi/ErrorProcessor.php sends templates with `%1` or `%fieldName` and the parameters beside
 * them, several errors under `errors`, and the fatal-error handler sends `messages.error`.
 */
export function readErrorBody(text: string): ErrorBody {
  const body = parseObject(text);
  if (body === undefined) return { message: '', template: '', parameters: {}, reportId: findReportId(text) };
  const fatal = fatalMessage(body);
  const template = fatal ?? (typeof body['message'] === 'string' ? body['message'] : '');
  const parameters = readParameters(body['parameters']);
  const details = Array.isArray(body['errors']) ? body['errors'].map(renderNested).filter(Boolean) : [];
  const head = fillPlaceholders(template, parameters);
  return {
    message: details.length === 0 ? head : `${head} ${details.join(' ')}`,
    template,
    parameters,
    reportId: findReportId(template),
  };
}

/** Fills `%1`, `%fieldName` and the like; a placeholder without a parameter stays. */
export function fillPlaceholders(template: string, parameters: Readonly<Record<string, unknown>>): string {
  return template.replace(/%(\w+)/g, (placeholder, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) return placeholder;
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? placeholder);
  });
}

/** Magento's parameters by name; positional ones are counted from 1, as their placeholders are. */
export function readParameters(value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, index) => [String(index + 1), item]));
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(withoutMarks(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function renderNested(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return '';
  const parameters = 'parameters' in error ? readParameters(error.parameters) : {};
  return typeof error.message === 'string' ? fillPlaceholders(error.message, parameters) : '';
}

function fatalMessage(body: Record<string, unknown>): string | undefined {
  const first: unknown = (body['messages'] as { error?: unknown[] } | undefined)?.error?.[0];
  const message = (first as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}

/** Magento: pub/errors/default/report.phtml names the file in var/report. */
const recordNumber = /Error log record number:\s*(?:<[^>]{1,50}>\s*)*([0-9a-f]{8,64})/i;

function findReportId(text: string): string | null {
  const found =
    /\b(webapi-[0-9a-f]{13})\b/.exec(text) ??
    /report (?:in )?(api\/\d+)/.exec(text) ??
    recordNumber.exec(text);
  return found?.[1] ?? null;
}
