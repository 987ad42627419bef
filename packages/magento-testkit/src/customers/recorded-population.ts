import { readRows } from '../recordings.ts';
import type { CustomerData } from './record.ts';

/** The 2,500 customers of the first recorded shop. */
export function recordedPopulation(): CustomerData[] {
  return readRows<CustomerData>('customers.ndjson');
}
