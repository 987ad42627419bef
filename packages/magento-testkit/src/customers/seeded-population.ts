import { stamp } from '../clock.ts';
import type { AddressData, CustomerData } from './record.ts';

const firstNames = [
  'Ana',
  'Bára',
  'Chloé',
  'Dora',
  'Émile',
  'Fritz',
  'Ğüler',
  'Hana',
  'Ivo',
  'Jürgen',
  'Łucja',
  '明',
  'Søren',
];
const lastNames = [
  'Horvat',
  'Müller',
  'Dvořák',
  "O'Neil",
  'Šimić',
  'Núñez',
  'Bergström',
  'Yılmaz',
  'van der Berg',
  '山田',
];
const cities = ['Zagreb', 'Wien', 'Köln', 'Malmö', 'İzmir', 'Kraków'];
const start = Date.UTC(2024, 0, 1);

/** A deterministic population: id gaps, bursts that share a second, addresses, attributes, names from many scripts. */
export function seededPopulation(size: number, seed = 1): CustomerData[] {
  const random = randomNumbers(seed);
  const customers: CustomerData[] = [];
  let addressId = 0;
  for (let id = 1; customers.length < size; id += 1) {
    // About one id in twenty was deleted long ago.
    if (random() < 0.05) continue;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const created = start + id * 60_000;
    // Every tenth customer was touched by one of a few imports that stamped a whole batch with the same second.
    const burst = random() < 0.1 ? start + Math.floor(random() * 8) * 86_400_000 * 30 : undefined;
    const [firstname, lastname] = [pick(firstNames), pick(lastNames)];
    const addresses: AddressData[] = Array.from({ length: Math.floor(random() * 3) }, (_, index) => {
      addressId += 1;
      return {
        id: addressId,
        customer_id: id,
        region: { region_code: null, region: null, region_id: 0 },
        region_id: 0,
        country_id: pick(['HR', 'AT', 'DE', 'SE', 'TR', 'PL']),
        street: [`Street ${Math.floor(random() * 900)}`],
        telephone: `+385 1 ${Math.floor(random() * 1e6)}`,
        postcode: String(10_000 + Math.floor(random() * 80_000)),
        city: pick(cities),
        firstname,
        lastname,
        ...(index === 0 ? { default_shipping: true as const, default_billing: true as const } : {}),
      };
    });
    const defaultAddress = addresses[0] ? String(addresses[0].id) : undefined;
    customers.push({
      id,
      group_id: 1 + Math.floor(random() * 3),
      ...(defaultAddress ? { default_billing: defaultAddress, default_shipping: defaultAddress } : {}),
      created_at: stamp(created),
      updated_at: stamp(burst ?? created + Math.floor(random() * 400) * 86_400_000),
      created_in: 'Default Store View',
      ...(random() < 0.3
        ? {
            dob: `19${50 + Math.floor(random() * 50)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}`,
          }
        : {}),
      email: `customer${id}@example.com`,
      firstname,
      lastname,
      ...(random() < 0.5 ? { gender: 1 + Math.floor(random() * 3) } : {}),
      store_id: 1,
      website_id: 1,
      addresses,
      disable_auto_group_change: 0,
      extension_attributes: { is_subscribed: random() < 0.4 },
      ...(random() < 0.5
        ? { custom_attributes: [{ attribute_code: 'loyalty_code', value: `L-${id}` }] }
        : {}),
    });
  }
  return customers;
}

/** A small generator of numbers from 0 up to 1 that always gives the same ones for a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
