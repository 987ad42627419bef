import { customers, type Entity, orders } from '@magento-sync/entities';
import { parseJson, stringifyJson } from '@magento-sync/exact-json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sentHash } from './sent-record.ts';

const hash = (value: unknown, entity: Entity = customers) => sentHash(entity, stringifyJson(value));

test('128 bits in hex', () => {
  expect(hash({ id: 1 })).toMatch(/^[0-9a-f]{32}$/);
});

test('property: equal digests mean the same value to the last digit, in the same order', () => {
  const text = fc.json({ maxDepth: 3, stringUnit: 'binary' });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [first, second] = [parseJson(one), parseJson(other)];
      expect(hash(first) === hash(second)).toBe(stringifyJson(first) === stringifyJson(second));
    }),
  );
  const digits = (text: string) => hash(parseJson(`{"erp_id":${text}}`));
  expect(digits('9007199254740993123')).not.toBe(digits('9007199254740993124'));
});

test('a changed rule does not take what was sent alike for equal', () => {
  const record = { id: 1, email: 'ada@example.com' };
  const changes: Partial<Entity>[] = [
    { secrets: ['email'] },
    { repeats: ['email'] },
    { uncounted: [] },
    { listKeys: ['entity_id'] },
    { listsOnly: [] },
    { children: [] },
    {
      table: {
        ...customers.table,
        columns: { ...customers.table.columns, more: orders.table.columns.status },
      },
    },
  ];
  const hashes = [customers, ...changes.map((change) => ({ ...customers, ...change }))].map((entity) =>
    hash(record, entity as Entity),
  );
  expect(new Set(hashes).size).toBe(hashes.length);
});
