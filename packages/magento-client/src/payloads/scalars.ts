import { type ExactNumber, isExactNumber } from '@magento-sync/exact-json';
import { z } from 'zod';

/** A number with more digits than JavaScript holds. */
const exactNumber = z.custom<ExactNumber>(isExactNumber);

/**
 * Text that may be missing.
 *
 * Magento: framework/Reflection/DataObjectProcessor.php omits what is null, and modules send numbers and booleans
 * where the documentation says text.
 */
export const text = z
  .union([z.string(), z.number(), z.boolean(), exactNumber])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)));

/** A whole number that may come as text (`"default_billing":"1"`) or be missing. */
export const integer = z
  .union([z.number(), z.string(), z.boolean()])
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined || value === '') return null;
    const number = typeof value === 'string' ? Number(value.trim() || Number.NaN) : Number(value);
    if (Number.isSafeInteger(number)) return number;
    context.addIssue({ code: 'custom', message: 'is not a whole number' });
    return z.NEVER;
  });

/** The id of another row: 0 and "0" mean none, as historic rows hold them. */
export const reference = integer.transform((value) => (value === 0 ? null : value));

/** An id that must be there. */
export const id = integer
  .refine((value) => value !== null, { message: 'is missing' })
  .transform((value) => value ?? 0);

/** A yes or no that comes as boolean, 0, 1, "0", "1" or not at all. */
export const flag = z
  .union([z.boolean(), z.number(), z.string()])
  .nullish()
  .transform((value) => {
    if (value === null || value === undefined || value === '') return null;
    return value === true || value === 1 || value === '1' || value === 'true';
  });

/** A UTC time as Magento sends it; the zero date of old databases means none. */
export const timestamp = text.transform((value) =>
  value === null || value.startsWith('0000-00-00') ? null : value,
);

/** A date without a time; some modules send it with midnight added. */
export const date = timestamp.transform((value) => value?.replace(/ 00:00:00$/, '') ?? null);

/**
 * A list that may be missing, `null`, or an object with numeric keys.
 *
 * Magento: recordings/customers-search.json 'past the end with a fields filter: items becomes null'; a filter on
 * nested fields keeps the original indexes, which makes an object of a list.
 */
export function list<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => {
    if (value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return Object.values(value);
    return value;
  }, z.array(item));
}

/** An object that may be missing, or `[]` when it is empty, as PHP encodes it. */
export const record = z.preprocess(
  (value) => {
    if (value === null || value === undefined) return {};
    return Array.isArray(value) && value.length === 0 ? {} : value;
  },
  z.record(z.string(), z.unknown()),
);

/** Custom attributes by code; the values stay as they are. */
export const customAttributes = list(z.object({ attribute_code: z.string(), value: z.unknown() })).transform(
  (pairs) =>
    Object.fromEntries(pairs.map((pair): [string, unknown] => [pair.attribute_code, pair.value ?? null])),
);
