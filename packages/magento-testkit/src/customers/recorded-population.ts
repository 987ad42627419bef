import { readFileSync } from 'node:fs';
import { recordingsFolder } from '../recordings.ts';
import type { CustomerData } from './record.ts';

/** The 2,500 customers of the recorded shop. */
export function recordedPopulation(): CustomerData[] {
  return readFileSync(new URL('customers.ndjson', recordingsFolder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CustomerData);
}
