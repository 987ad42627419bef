import { Refusal } from '../http/route.ts';
import type { EntityName } from '../sync/entity/entity.ts';

/** What somebody says about one record. */
export interface ReceivedHint {
  readonly entity: EntityName;
  readonly id: number;
  readonly kind: 'changed' | 'deleted';
}

/** Ids are unsigned 32-bit numbers (Magento: customer_entity.entity_id in Magento/Customer/etc/db_schema.xml). */
export const largestId = 4_294_967_295;

/** An id sent as a number or as digits; undefined for anything else. */
export function idOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  const isId = typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= largestId;
  return isId ? number : undefined;
}

/** Whether a value is an object and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A body that is no hint. */
export function unusable(message: string): Refusal {
  return new Refusal(422, message);
}
