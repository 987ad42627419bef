import { customers } from '@magento-sync/entities';
import { parseJson } from '@magento-sync/exact-json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson as canonicalJsonOf, contentHash as contentHashOf } from './content-hash.ts';

const contentHash = (raw: Readonly<Record<string, unknown>>) => contentHashOf(raw, customers);
const canonicalJson = (value: unknown) => canonicalJsonOf(value, customers.listKeys);

const customer = {
  id: 7,
  email: 'ada@example.com',
  updated_at: '2026-01-01 00:00:00',
  addresses: [
    { id: 2, street: ['Main Street 1', 'Floor 2'] },
    { id: 1, street: ['Side Street 9'] },
  ],
  custom_attributes: [
    { attribute_code: 'b', value: '1' },
    { attribute_code: 'a', value: '2' },
  ],
};

test('moving updated_at does not change the hash', () => {
  expect(contentHash({ ...customer, updated_at: '2026-06-06 06:06:06' })).toBe(contentHash(customer));
});

test('the order of keys, addresses and attributes does not change the hash', () => {
  const shuffled = {
    custom_attributes: customer.custom_attributes.toReversed(),
    addresses: customer.addresses.toReversed(),
    email: customer.email,
    updated_at: customer.updated_at,
    id: customer.id,
  };
  expect(contentHash(shuffled)).toBe(contentHash(customer));
});

test.each([
  ['a name', { ...customer, email: 'eve@example.com' }],
  ['a missing field', { ...customer, addresses: undefined }],
  [
    'the order of street lines',
    { ...customer, addresses: [{ id: 2, street: ['Floor 2', 'Main Street 1'] }, customer.addresses[1]] },
  ],
  ['an attribute', { ...customer, custom_attributes: [{ attribute_code: 'a', value: '3' }] }],
])('%s changes the hash', (_what, changed) => {
  expect(contentHash(changed)).not.toBe(contentHash(customer));
});

test('numbers that differ in a digit that JavaScript does not hold have different hashes', () => {
  const hashOf = (digits: string) =>
    contentHash(parseJson(`{"extension_attributes":{"erp_id":${digits}}}`) as Record<string, unknown>);
  expect(hashOf('9007199254740993123')).not.toBe(hashOf('9007199254740993124'));
  expect(hashOf('0.30000000000000000001')).not.toBe(hashOf('0.3'));
  expect(hashOf('9007199254740991')).toBe(
    contentHash({ extension_attributes: { erp_id: 9007199254740991 } }),
  );
});

test('canonical JSON still says the same', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      fc.pre(!JSON.stringify(value).includes('__proto__'));
      expect(JSON.parse(canonicalJson(JSON.parse(canonicalJson(value))))).toEqual(
        JSON.parse(canonicalJson(value)),
      );
      expect(Object.keys(JSON.parse(canonicalJson(value))).toSorted()).toEqual(Object.keys(value).toSorted());
    }),
  );
});

/** How canonical JSON was made at first, by copies in another order; the hashes of all copies came from it. */
function canonicalAtFirst(value: unknown): unknown {
  if (Array.isArray(value)) {
    const idOf = (one: unknown) => {
      const { attribute_code: code, id } = (one ?? {}) as { attribute_code?: unknown; id?: unknown };
      return typeof code === 'string' ? code : typeof id === 'number' ? id : undefined;
    };
    const ordered = value.toSorted((one, other) => {
      const [first, second] = [idOf(one), idOf(other)];
      if (first === undefined || second === undefined || first === second) return 0;
      return first < second ? -1 : 1;
    });
    return ordered.map(canonicalAtFirst);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonicalAtFirst(inner)]));
}

test('property: canonical JSON is what it always was, to the letter', () => {
  const key = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.nat(30).map(String),
    fc.constantFrom('id', '__proto__'),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(fc.oneof(tie('value'), fc.record({ id: fc.nat(5) }), fc.record({ attribute_code: key }))),
      fc.array(fc.tuple(key, tie('value'))).map((entries) => Object.fromEntries(entries) as unknown),
    ),
  }));
  fc.assert(
    fc.property(value, (any) => {
      expect(canonicalJson(any)).toBe(JSON.stringify(canonicalAtFirst(any)));
    }),
  );
});
