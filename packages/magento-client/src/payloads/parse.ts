import type { z } from 'zod';
import { UnexpectedPayloadError } from '../errors.ts';
import { record } from './scalars.ts';

/** Reads one payload; says which field of which entity is not as expected, without quoting its value. */
export function parsePayload<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where =
    issue === undefined || issue.path.length === 0 ? 'The answer' : `"${issue.path.join('.')}" in the answer`;
  throw new UnexpectedPayloadError(
    `${where} to ${path} is not as Magento documents it: ${issue?.message ?? 'unreadable'}. A module of the shop may change it.`,
    { path },
  );
}

/** The object as it came, for everything that has no typed field. */
export function rawObject(value: unknown, path: string): Record<string, unknown> {
  return parsePayload(record, value, path);
}
