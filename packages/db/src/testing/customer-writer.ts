import { createRunRepository, type Database } from '../index.ts';
import { type CustomerRecord, createCustomerRepository, type PageToWrite } from './customer-copy.ts';

/** When pages are read, unless a test says otherwise. */
export const noon = new Date('2026-06-01T12:00:00.000Z');

/** So many minutes after noon. */
export const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

/** Opens a run of the given shop that writes customers as a pull does; `recording` switches history and feed off. */
export async function openWriter(
  database: Database,
  shop: string,
  recording?: Parameters<typeof createCustomerRepository>[1],
) {
  const customers = createCustomerRepository(database, recording);
  const runs = createRunRepository(database);
  const runId = await runs.start({ shop, entity: 'customers', kind: 'pull' });
  const write = (records: readonly CustomerRecord[], options: Partial<PageToWrite> = {}) =>
    customers.writePage({
      shop,
      runId,
      cause: 'pull',
      readAt: noon,
      customers: records,
      verified: true,
      ...options,
    });
  return { shop, customers, runs, runId, write };
}
