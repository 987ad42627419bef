import { expect, test } from 'vitest';
import { recordedBody } from '../recordings.ts';
import { firstRecordedSales } from './recorded-sales.ts';

/** What the recordings of the first shop hold: the first two documents, and how many there are. */
test.each([
  ['invoices', 'invoices'],
  ['shipments', 'shipments'],
  ['credit memos', 'creditMemos'],
] as const)('%s made from the orders are the recorded ones, to the letter', (title, name) => {
  const recorded = recordedBody('reads', title) as { items: unknown[]; total_count: number };
  const made = firstRecordedSales()[name];
  expect(made).toHaveLength(recorded.total_count);
  expect(JSON.stringify(made.slice(0, 2))).toBe(JSON.stringify(recorded.items));
});
