import { DuplicateIdsError, UnstorableRecordError } from '../errors.ts';
import { calendarDay, sourceTime } from '../source-time.ts';
import { mayBeUnstorable, storable } from '../storable-text.ts';
import type { Adjustment, CustomerRecord } from './customer-record.ts';

/** The rows of a page, fit for the columns, and what had to be adjusted to make them so. */
export interface PageRows {
  customers: CustomerRow[];
  addresses: AddressRow[];
  adjustments: Adjustment[];
}

type CustomerRow = Omit<CustomerRecord, 'addresses'>;
type AddressRow = CustomerRecord['addresses'][number] & { customerId: number };

/** Largest values of PostgreSQL's integer, and of a number that JavaScript holds exactly. */
const limits = { integer: 2 ** 31 - 1, bigint: Number.MAX_SAFE_INTEGER };

/**
 * Turns a page into rows of the two tables.
 *
 * What a column can't hold becomes null (text: is cleaned) and is reported instead of failing the other customers.
 *
 * @throws DuplicateIdsError, UnstorableRecordError for an id that is no positive whole number.
 */
export function pageRows(records: readonly CustomerRecord[]): PageRows {
  const adjustments: Adjustment[] = [];
  const clean = cleanTexts(records, adjustments);
  const customers = clean.map((record) => customerRow(record, adjustments));
  const addresses = clean.flatMap((record) => addressRows(record, adjustments));
  refuseDuplicates('customer', customers);
  refuseDuplicates('address', addresses);
  return { customers, addresses, adjustments };
}

function cleanTexts(
  records: readonly CustomerRecord[],
  adjustments: Adjustment[],
): readonly CustomerRecord[] {
  if (!mayBeUnstorable(JSON.stringify(records))) return records;
  return records.map((record) => {
    const cleaned = storable(record);
    if (cleaned !== record) {
      adjustments.push({
        customerId: record.id,
        field: 'text',
        problem: 'characters that PostgreSQL cannot hold were removed (U+0000) or replaced (lone surrogates)',
      });
    }
    return cleaned;
  });
}

function customerRow({ addresses: _, ...record }: CustomerRecord, adjustments: Adjustment[]): CustomerRow {
  requireId('customer', record.id);
  const adjust = (field: string, value: unknown) => noteLoss(adjustments, record.id, field, value);
  const fit = (field: keyof CustomerRow & string, limit: number) =>
    fitNumber(record[field] as number | null, limit, () => adjust(field, record[field]));
  const time = (field: 'sourceCreatedAt' | 'sourceUpdatedAt') => {
    const text = record[field];
    if (text === null) return null;
    return sourceTime(text) ?? adjust(field, text);
  };
  return {
    ...record,
    groupId: fit('groupId', limits.bigint),
    websiteId: fit('websiteId', limits.integer),
    storeId: fit('storeId', limits.integer),
    gender: fit('gender', limits.integer),
    defaultBilling: fit('defaultBilling', limits.bigint),
    defaultShipping: fit('defaultShipping', limits.bigint),
    dob: record.dob === null ? null : (calendarDay(record.dob) ?? adjust('dob', record.dob)),
    sourceCreatedAt: time('sourceCreatedAt'),
    sourceUpdatedAt: time('sourceUpdatedAt'),
  };
}

function addressRows(record: CustomerRecord, adjustments: Adjustment[]): AddressRow[] {
  return record.addresses.map((address) => {
    requireId('address', address.id);
    const regionId = fitNumber(address.regionId, limits.bigint, () =>
      noteLoss(adjustments, record.id, `addresses[${address.id}].regionId`, address.regionId),
    );
    return { ...address, customerId: record.id, regionId };
  });
}

function fitNumber(value: number | null, limit: number, onLoss: () => null): number | null {
  if (value === null) return null;
  return Number.isSafeInteger(value) && Math.abs(value) <= limit ? value : onLoss();
}

function noteLoss(adjustments: Adjustment[], customerId: number, field: string, value: unknown): null {
  const kind = typeof value === 'number' ? 'a number out of range' : 'not a time or day of the calendar';
  adjustments.push({ customerId, field, problem: `${kind}: stored as null, kept in raw` });
  return null;
}

function requireId(what: string, id: number): void {
  if (Number.isSafeInteger(id) && id > 0) return;
  throw new UnstorableRecordError(
    `The shop sent ${what} id ${id}; ids are whole numbers above 0. Nothing was written.`,
  );
}

function refuseDuplicates(what: 'customer' | 'address', rows: readonly { id: number }[]): void {
  const seen = new Set<number>();
  const duplicates = new Set<number>();
  for (const { id } of rows) (seen.has(id) ? duplicates : seen).add(id);
  if (duplicates.size > 0) throw new DuplicateIdsError(what, [...duplicates]);
}
