import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCustomerTable } from '../customers/customer-table.ts';
import { seededPopulation } from '../customers/seeded-population.ts';
import { releaseOf } from '../release.ts';
import type { Criteria } from './criteria.ts';
import { searchCustomers } from './customer-search.ts';

const population = seededPopulation(300, 7);
const table = createCustomerTable(population);
const settings = { attributes: new Map(), release: releaseOf('2.4.7') };

const condition = fc.constantFrom('gt', 'gteq', 'lt', 'lteq', 'eq', 'neq', 'from', 'to');
const idFilter = fc.record({
  field: fc.constant('entity_id'),
  value: fc.integer({ min: 0, max: 330 }).map(String),
  condition,
});
const listFilter = fc.record({
  field: fc.constant('entity_id'),
  value: fc.array(fc.integer({ min: 0, max: 330 }), { minLength: 1, maxLength: 6 }).map(String),
  condition: fc.constantFrom('in', 'nin'),
});
const stampFilter = fc.record({
  field: fc.constant('updated_at'),
  value: fc.constantFrom(...population.slice(0, 40).map(({ updated_at }) => updated_at)),
  condition,
});
const keyset = fc.tuple(stampFilter, idFilter).map(([{ value }, id]) => [
  [{ field: 'updated_at', value, condition: 'gteq' }],
  [
    { field: 'updated_at', value, condition: 'gt' },
    { ...id, condition: 'gt' },
  ],
]);
const groups = fc.oneof(
  keyset,
  fc.array(fc.array(fc.oneof(idFilter, stampFilter), { minLength: 1, maxLength: 2 }), { maxLength: 3 }),
  fc.array(fc.array(fc.oneof(idFilter, listFilter), { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
);
const direction = fc.constantFrom('ASC' as const, 'DESC' as const);
const sortOrders = fc.tuple(direction, direction).chain(([first, second]) =>
  fc.constantFrom(
    [],
    [{ field: 'entity_id', direction: first }],
    [{ field: 'updated_at', direction: first }],
    [
      { field: 'updated_at', direction: first },
      { field: 'entity_id', direction: second },
    ],
  ),
);

/** The same search by looking at every row. */
function slowly({ groups: wanted, sortOrders: orders, pageSize, currentPage }: Criteria): number[] {
  const holds = (found: string | number, given: string | number, name: string) =>
    ({
      gt: found > given,
      gteq: found >= given,
      from: found >= given,
      lt: found < given,
      eq: found === given,
    })[name] ?? (name === 'neq' ? found !== given : found <= given);
  const matching = population.filter(({ id, updated_at }) =>
    wanted.every((group) =>
      group.some(({ field, value, condition: name }) =>
        name === 'in' || name === 'nin'
          ? (value ?? '').split(',').includes(String(id)) === (name === 'in')
          : field === 'entity_id'
            ? holds(id, Number(value), name)
            : holds(updated_at, value ?? '', name),
      ),
    ),
  );
  const sorted = matching.toSorted((one, other) => {
    for (const { field, direction: way } of orders) {
      const sign = way === 'ASC' ? 1 : -1;
      if (field === 'entity_id') return sign * (one.id - other.id);
      if (one.updated_at !== other.updated_at) return one.updated_at < other.updated_at ? -sign : sign;
    }
    return one.id - other.id;
  });
  const start = ((currentPage ?? 1) - 1) * (pageSize ?? 0);
  return sorted.slice(start, start + (pageSize ?? 0)).map(({ id }) => id);
}

test('a search by index finds what looking at every row finds', () => {
  fc.assert(
    fc.property(
      groups,
      sortOrders,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      (wanted, orders, pageSize, currentPage) => {
        const criteria: Criteria = { groups: wanted, sortOrders: orders, pageSize, currentPage };
        const { items } = searchCustomers(table, criteria, settings);
        expect(items.map(({ id }) => id)).toEqual(slowly(criteria));
      },
    ),
    { numRuns: 400 },
  );
});
