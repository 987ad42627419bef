import { type CustomerData, type MagentoShop, startMagentoShop } from '@magento-sync/magento-testkit';
import { kept, partsOf, summing } from '../checksum.ts';
import {
  type Checksum,
  type IdRange,
  integration,
  type PageRequest,
  type ShopControl,
  type ShopSetup,
  type Traffic,
} from './shop-control.ts';

type Json = Readonly<Record<string, unknown>>;

let running: MagentoShop | undefined;
let editing: { stop(): void; saved: number; created: number; removed: number } | undefined;

function shop(): MagentoShop {
  if (!running) throw new Error('The shop was not started.');
  return running;
}

async function start(setup: ShopSetup) {
  const { customers, orders, latencyMs, rowCostMs, phpWorkers, recorded } = setup;
  running = await startMagentoShop({
    ...(recorded ? {} : { population: { customers: customers ?? 2_500, varied: true } }),
    ...(orders === undefined ? {} : { orders }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(rowCostMs === undefined ? {} : { rowCostMs }),
    ...(phpWorkers === undefined ? {} : { phpWorkers }),
    integrations: [
      {
        ...integration,
        name: 'Benchmarks',
        active: true,
        resources: 'all',
        accessTokenSecret: integration.tokenSecret,
      },
    ],
    // A backfill takes longer than a token lives; signing in again is no part of what is measured.
    tokenLifetimeMinutes: 600,
  });
  const ids = orders === undefined ? running.customers.ids() : running.sales.orderIds();
  return { url: running.url, largestId: Math.max(...ids.slice(-1), 0), rows: ids.length };
}

function* records(entity: string, ranges: readonly IdRange[] | undefined): Iterable<Json> {
  if (entity === 'orders') {
    yield* shop().sales.shown('orders') as unknown as Json[];
    return;
  }
  const { customers } = shop();
  const ids = ranges
    ? ranges.flatMap(([afterId, upToId]) =>
        Array.from({ length: upToId - afterId }, (_, index) => afterId + 1 + index),
      )
    : customers.ids();
  for (const id of ids) {
    const customer = customers.get(id);
    if (customer) yield customer as unknown as Json;
  }
}

function checksum(entity: string, ranges?: readonly IdRange[]): Checksum {
  const sum = summing();
  const parts = Object.fromEntries(
    (partsOf[entity] ?? []).map(({ table }) => [table, { rows: 0, idSum: 0 }]),
  );
  for (const record of records(entity, ranges)) {
    sum.add(kept(entity, record));
    for (const { table, ids } of partsOf[entity] ?? []) {
      const counted = parts[table];
      if (!counted) continue;
      for (const id of ids(record)) {
        counted.rows += 1;
        counted.idSum += id;
      }
    }
  }
  return { rows: sum.rows, sum: sum.sum, parts };
}

/** The bound of a filter by id in a decoded query. */
function bound(query: string, condition: string): number | null {
  const filters = new Map<string, { field?: string; value?: string; condition?: string }>();
  for (const [, group = '', filter = '', member = '', value = ''] of query.matchAll(
    /filter_?groups\]\[(\d+)\]\[filters\]\[(\d+)\]\[(field|value|condition_?type)\]=([^&]*)/gi,
  )) {
    const key = `${group} ${filter}`;
    const name = member.toLowerCase().startsWith('condition') ? 'condition' : member.toLowerCase();
    filters.set(key, { ...filters.get(key), [name]: value });
  }
  for (const found of filters.values()) {
    if (found.field?.endsWith('entity_id') && found.condition === condition) return Number(found.value);
  }
  return null;
}

function pageRequest(path: string, query: string, receivedAt: number, answeredAt: number): PageRequest {
  return {
    path,
    afterId: bound(query, 'gt') ?? (bound(query, 'gteq') ?? 1) - 1,
    upToId: bound(query, 'lteq') ?? bound(query, 'to'),
    pageSize: Number(/page_?size\]=(\d+)/i.exec(query)?.[1] ?? 0),
    receivedAt,
    answeredAt,
  };
}

function traffic(): Traffic {
  const all = shop().requests.all();
  const lists = all.filter(
    ({ method, path }) => method === 'GET' && /\/(customers\/search|orders)$/.test(path),
  );
  const moments = lists
    .flatMap(({ receivedAt, answeredAt }) => [
      [receivedAt, 1],
      [answeredAt, -1],
    ])
    // What ended at the same millisecond ended before the next one began.
    .toSorted(([one = 0, change = 0], [other = 0, otherChange = 0]) => one - other || change - otherChange);
  let [inFlight, mostInFlight] = [0, 0];
  for (const [, change = 0] of moments) {
    inFlight += change;
    mostInFlight = Math.max(mostInFlight, inFlight);
  }
  const received = lists.map(({ receivedAt }) => receivedAt);
  return {
    requests: all.length,
    pages: lists.map(({ path, query, receivedAt, answeredAt }) =>
      pageRequest(path, query, receivedAt, answeredAt),
    ),
    mostInFlight,
    firstAt: received.reduce((first, at) => Math.min(first, at), Infinity),
    lastAt: lists.reduce((last, { answeredAt }) => Math.max(last, answeredAt), 0),
  };
}

/** Random numbers that are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Somebody works while lists are shown: by rows shown and not by time, so that a slow reader meets no more than a quick one. */
function startEdits(perHundredRows: number, seed: number): void {
  const { customers, faults } = shop();
  const random = randomNumbers(seed);
  const ids = customers.ids();
  const done = { saved: 0, created: 0, removed: 0 };
  let due = 0;
  const edit = () => {
    const index = Math.floor(random() * ids.length);
    const id = ids[index] ?? 0;
    const chance = random();
    if (chance < 0.1) {
      const { id: created } = customers.create({ lastname: `Created ${done.created}` });
      ids.push(created);
      done.created += 1;
    } else if (chance < 0.2 && ids.length > 1) {
      customers.remove(id);
      ids.splice(index, 1);
      done.removed += 1;
    } else {
      customers.save(id, { lastname: `Saved ${done.saved}` });
      done.saved += 1;
    }
  };
  const remove = faults.add({
    match: '/customers/search',
    times: Infinity,
    answer: {
      kind: 'change',
      change(body) {
        due += ((body.match(/"website_id":/g)?.length ?? 0) * perHundredRows) / 100;
        for (; due >= 1; due -= 1) edit();
        return body;
      },
    },
  });
  editing = Object.assign(done, { stop: remove });
}

const control: { [Name in keyof ShopControl]: (...args: Parameters<ShopControl[Name]>) => unknown } = {
  start,
  checksum,
  traffic,
  clearTraffic: () => shop().requests.clear(),
  startEdits,
  stopEdits() {
    const { saved = 0, created = 0, removed = 0, stop } = editing ?? {};
    stop?.();
    editing = undefined;
    return { saved, created, removed };
  },
  digests: () =>
    shop()
      .customers.all()
      .map(({ id, updated_at, email, lastname }: CustomerData) => ({
        id,
        updatedAt: updated_at,
        email,
        lastname,
      })),
  removeCustomers(count) {
    const ids = shop().customers.ids();
    const step = Math.max(1, Math.floor(ids.length / count));
    const gone = Array.from({ length: count }, (_, index) => ids[Math.floor((index + 0.5) * step)] ?? 0);
    for (const id of gone) shop().customers.remove(id);
    return gone;
  },
  usage() {
    const { user, system } = process.cpuUsage();
    return { cpuSeconds: (user + system) / 1e6, rssMb: process.memoryUsage.rss() / 2 ** 20 };
  },
};

process.on('message', ({ id, name, args }: { id: number; name: keyof ShopControl; args: never[] }) => {
  const call = control[name] as (...args: never[]) => unknown;
  Promise.resolve()
    .then(() => call(...args))
    .then(
      (value) => process.send?.({ id, value }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
// The shop ends with whoever started it. Ctrl-C is for the benchmarks, which end their processes themselves.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
