import { expect, test } from 'vitest';
import { recordedBody } from '../recordings.ts';
import { type SalesRow, salesDocuments } from './documents.ts';

/** What the recordings hold: the first two documents, and how many there are. */
test.each([
  ['invoices', ['processing', 'complete', 'closed']],
  ['shipments', ['complete']],
  ['credit memos', ['closed']],
])('%s made from the orders are the recorded ones, to the letter', (title, statuses) => {
  const recorded = recordedBody('reads', title) as { items: SalesRow[]; total_count: number };
  const made = salesDocuments(title, statuses);
  expect(made).toHaveLength(recorded.total_count);
  expect(JSON.stringify(made.slice(0, 2))).toBe(JSON.stringify(recorded.items));
});
