import { customers } from '@magento-sync/entities';
import { expect, test } from 'vitest';
import { copiedEntity } from './copied-entity.ts';
import { pageRows } from './page-rows.ts';
import type { CopyRecord } from './record.ts';

const sent = (json: string, row: CopyRecord['row'] = {}): CopyRecord => {
  const raw = JSON.parse(json) as CopyRecord['raw'];
  return { id: 7, row: { id: 7, ...row }, children: {}, raw, json, contentHash: 'c', sentHash: null };
};
const rowsOf = (record: CopyRecord) => pageRows(copiedEntity(customers), [record]);

test('what was sent goes on as the text that it was', () => {
  const json = '{"id":7, "firstname":"Ad\\u00e9"}';
  expect(rowsOf(sent(json)).records).toMatchObject([{ id: 7, json }]);
});

test.each([
  ['half a pair that a second member of the name overrules', '{"id":7,"note":"\\ud800","note":"x"}', 0],
  ['a zero that a second member of the name overrules', '{"id":7,"note":"\\u0000","note":"x"}', 0],
  ['half a pair', '{"id":7,"note":"\\ud800"}', 1],
])('%s reaches PostgreSQL in no text', (_what, json, adjusted) => {
  const { records, adjustments } = rowsOf(sent(json));
  expect(records).toHaveLength(1);
  expect(records[0]).not.toHaveProperty('json');
  expect(adjustments).toHaveLength(adjusted);
});

test('a row has every column, null where nothing was read, and what does not fit is null', () => {
  const { records, adjustments } = rowsOf(
    sent('{"id":7}', { source_created_at: '2026-02-30 00:00:00', source_updated_at: '2026-02-28 12:00:00' }),
  );
  const { written } = copiedEntity(customers).records;
  expect(Object.keys(records[0]?.row ?? {})).toEqual(written.map(({ name }) => name));
  expect(records[0]?.row).toMatchObject({
    email: null,
    source_created_at: null,
    source_updated_at: '2026-02-28 12:00:00+00',
  });
  expect(adjustments).toEqual([
    { id: 7, field: 'source_created_at', problem: expect.stringContaining('not a time') as string },
  ]);
});
