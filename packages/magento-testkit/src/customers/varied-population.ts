import { stamp } from '../clock.ts';
import { once } from '../recordings.ts';
import type { AddressData, CustomerData } from './record.ts';
import { recordedPopulation } from './recorded-population.ts';

/** Customers that are made when they are asked for: of a million nothing is held but ids, in two orders. */
export interface MadePopulation {
  /** Ascending. */
  readonly ids: readonly number[];
  /** The same ids by stamp, then by id. */
  readonly idsByStamp: readonly number[];
  readonly lastId: number;
  readonly lastAddressId: number;
  /** The customer, always the same for the same id. */
  customer(id: number): CustomerData | undefined;
  stampOf(id: number): string;
  /** Ids of customers with this e-mail address in whatever case. */
  withEmail(email: string): number[];
  /** Who has this address. */
  withAddress(addressId: number): number | undefined;
}

const start = Date.UTC(2024, 0, 1) / 1000;
const day = 86_400;
/** Accounts are spread over a year and a half, the latest of them old enough for every stamp to be in the past. */
const longest = 546 * day;
/** Most ids for which a moment and an id fit into one number. */
const idBits = 24;

/**
 * A population of any size whose rows vary in size, scripts, addresses and attributes as the recorded ones do: each is a recorded
 * customer with another id, name, e-mail address, addresses and stamps. One id in twenty is missing; one customer in ten was
 * touched by one of a few imports that stamped a whole batch with the same second.
 */
export function variedPopulation(size: number, seed = 1): MadePopulation {
  const ids: number[] = [];
  for (let id = 1; ids.length < size; id += 1) if (mixed(id, seed) % 20 !== 0) ids.push(id);
  const lastId = ids.at(-1) ?? 0;
  if (lastId >= 2 ** idBits) throw new RangeError(`A made-up population has at most ${2 ** idBits} ids.`);
  const exists = (id: number) => Number.isInteger(id) && id > 0 && id <= lastId && mixed(id, seed) % 20 !== 0;
  const step = Math.min(60, longest / Math.max(1, lastId));
  const createdAt = (id: number) => start + Math.floor(id * step);
  const updatedAt = (id: number) => {
    const chance = mixed(id, seed + 1);
    if (chance % 10 === 0) return start + longest + (Math.floor(chance / 10) % 8) * 30 * day;
    return createdAt(id) + (mixed(id, seed + 2) % (400 * day));
  };

  function customer(id: number): CustomerData | undefined {
    if (!exists(id)) return undefined;
    const rows = templates();
    const [like, named] = [rows[mixed(id, seed + 3) % rows.length], rows[mixed(id, seed + 4) % rows.length]];
    if (!like || !named) return undefined;
    const { firstname, lastname } = named.customer;
    const addresses = like.customer.addresses.map((address, index): AddressData => {
      const number = mixed(id * 4 + index, seed + 5);
      return {
        ...address,
        id: id * 4 + index,
        customer_id: id,
        telephone: `+1 555 ${1_000_000 + (number % 9_000_000)}`,
        ...(address.postcode === undefined ? {} : { postcode: String(10_000 + (number % 89_999)) }),
        firstname,
        lastname,
      };
    });
    const { default_billing, default_shipping } = like.defaults;
    return {
      ...like.customer,
      id,
      ...(default_billing < 0 ? {} : { default_billing: String(id * 4 + default_billing) }),
      ...(default_shipping < 0 ? {} : { default_shipping: String(id * 4 + default_shipping) }),
      created_at: stamp(createdAt(id) * 1000),
      updated_at: stamp(updatedAt(id) * 1000),
      email: `${like.email[0]}${id}${like.email[1]}`,
      firstname,
      lastname,
      addresses,
    };
  }

  return {
    ids,
    idsByStamp: orderedByStamp(ids, updatedAt),
    lastId,
    lastAddressId: lastId * 4 + 3,
    customer,
    stampOf: (id) => (exists(id) ? stamp(updatedAt(id) * 1000) : ''),
    withEmail(email) {
      const wanted = email.toLowerCase();
      const named = [...email.matchAll(/\d+/g)].map(([digits]) => Number(digits));
      return named.filter((id) => customer(id)?.email.toLowerCase() === wanted);
    },
    withAddress(addressId) {
      const id = Math.floor(addressId / 4);
      return customer(id)?.addresses.some((address) => address.id === addressId) ? id : undefined;
    },
  };
}

/** A recorded customer to make others from. */
interface Template {
  readonly customer: CustomerData;
  /** What stands before and behind the id in the e-mail address. */
  readonly email: readonly [string, string];
  /** Positions of the default addresses; -1 for none. */
  readonly defaults: { readonly default_billing: number; readonly default_shipping: number };
}

const templates = once((): Template[] =>
  recordedPopulation().map((customer) => {
    const { id, email, addresses, default_billing, default_shipping } = customer;
    const at = email.indexOf(String(id));
    const positionOf = (wanted: string | undefined) =>
      addresses.findIndex((address) => String(address.id) === wanted);
    return {
      customer,
      email: at < 0 ? ['c', `.${email}`] : [email.slice(0, at), email.slice(at + String(id).length)],
      defaults: {
        default_billing: positionOf(default_billing),
        default_shipping: positionOf(default_shipping),
      },
    };
  }),
);

/** Sorts numbers instead of rows: a million of them in a tenth of a second. */
function orderedByStamp(ids: readonly number[], updatedAt: (id: number) => number): number[] {
  const keys = new Float64Array(ids.length);
  for (const [index, id] of ids.entries()) keys[index] = (updatedAt(id) - start) * 2 ** idBits + id;
  keys.sort();
  return Array.from(keys, (key) => key % 2 ** idBits);
}

/** A number from 0 to 2^32 that depends on nothing but the id and the seed, without a pattern that one would see. */
function mixed(id: number, seed: number): number {
  let state = (Math.imul(id, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b)) >>> 0;
  state = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  state = Math.imul(state ^ (state >>> 15), 0x735a2d97);
  return (state ^ (state >>> 15)) >>> 0;
}
