import type { MagentoShop } from '@magento-sync/magento-testkit';
import type { Genre } from './edits/editors-hand.ts';
import { changeLists, hideFromFullPages, type List } from './lists.ts';
import type { Json, Played } from './played/played.ts';
import type { Dice } from './random.ts';
import type { World } from './world.ts';

/** Temporary faults between worker and shop, and of the database. */
export type Trouble =
  | 'token ends'
  | 'throttled'
  | 'maintenance'
  | 'bad gateway'
  | 'server fault'
  | 'not JSON'
  | 'truncated'
  | 'reset'
  | 'answer lost'
  | 'not found by a proxy'
  | 'answer of another request'
  | 'row left out'
  | 'row skipped'
  | 'row hidden'
  | 'page cut'
  | 'poison'
  | 'database restarts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const page = (title: string) => `<!doctype html><title>${title}</title><h1>${title}</h1>`;

/** A row that is hidden and not counted: only a sweep can find it. */
const forSweepsAlone: readonly Trouble[] = ['row left out'];

/** Starts one fault of a random kind, now or after a few requests of an entity. Returns its name. */
export async function letTroubleLoose(world: World, its: Played, dice: Dice, genre: Genre): Promise<Trouble> {
  const kinds = Object.keys(troubles) as Trouble[];
  const fitting = genre === 'all' ? kinds : kinds.filter((kind) => !forSweepsAlone.includes(kind));
  const trouble = dice.pick(fitting);
  await troubles[trouble](its, dice, world);
  return trouble;
}

type Loose = (its: Played, dice: Dice, world: Pick<World, 'copy' | 'shop'>) => unknown;

const answer = (status: number, title: string, headers: Record<string, string> = {}): Loose =>
  function strike(its, dice, { shop }) {
    shop.faults.add({
      match: ({ path }) => isRead(its, path),
      after: dice.below(6),
      times: 1 + dice.below(4),
      answer: { kind: 'answer', status, headers: { ...html, ...headers }, body: page(title) },
    });
  };

const cut = (kind: 'truncate' | 'reset' | 'drop-answer'): Loose =>
  function strike(_its, dice, { shop }) {
    shop.faults.add({ after: dice.below(6), times: 1 + dice.below(4), answer: { kind } });
  };

const troubles: Readonly<Record<Trouble, Loose>> = {
  'token ends': (_its, _dice, { shop }) => shop.revokeAdminTokens(),
  throttled: answer(429, 'Too Many Requests', { 'retry-after': '0' }),
  maintenance: answer(503, 'Service Temporarily Unavailable'),
  'bad gateway': answer(502, 'Bad Gateway'),
  'server fault': answer(500, 'There has been an error processing your request'),
  'not JSON': answer(200, 'Welcome'),
  truncated: cut('truncate'),
  reset: cut('reset'),
  'answer lost': cut('drop-answer'),

  // A proxy that has lost its backend for the reads of single rows: no proof of a deletion.
  'not found by a proxy': (its, dice, { shop }) =>
    shop.faults.add({
      match: ({ path }) => its.single.test(path),
      times: 1 + dice.below(4),
      answer: { kind: 'answer', status: 404, headers: html, body: page('404 Not Found') },
    }),

  // A cache that mixes up addresses: the right form, the wrong rows.
  async 'answer of another request'(its, dice, { shop }) {
    const body = await searchAnswer(shop, its, dice.below(40));
    shop.faults.add({
      match: ({ path }) => path.endsWith(its.list),
      after: dice.below(6),
      times: 1,
      answer: { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body },
    });
  },

  // A module that hides a row from lists and does not count it either.
  'row left out': (its, dice, { shop }) =>
    changeSome(shop, its, dice, (list) => ({
      ...list,
      items: without(list.items, dice),
      total_count: list.total_count - Math.min(1, list.items.length),
    })),

  // A module that drops a row of a page and still counts it.
  'row skipped': (its, dice, { shop }) =>
    changeSome(shop, its, dice, (list) => ({ ...list, items: without(list.items, dice) })),

  // A module that leaves a row out of full pages, and still counts it, until the chapter ends.
  'row hidden'(its, dice, { shop }) {
    const newest = its.stamps().toSorted(([, one], [, other]) => (one < other ? 1 : -1));
    const [id] = dice.pick(newest.slice(0, 8));
    hideFromFullPages(shop, its, id);
  },

  // A limit that cuts pages without an error.
  'page cut': (its, dice, { shop }) =>
    changeSome(shop, its, dice, (list) => ({ ...list, items: list.items.slice(0, 3) })),

  // Until the chapter ends.
  poison: (its, dice) => void its.poison.add(dice.pick(its.ids())),

  async 'database restarts'(_its, _dice, { copy }) {
    await copy.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
  },
};

function changeSome(shop: MagentoShop, its: Played, dice: Dice, change: (list: List) => List): void {
  changeLists(shop, its, change, { after: dice.below(6), times: 1 + dice.below(6) });
}

function without(items: readonly Json[], dice: Dice): readonly Json[] {
  return items.toSpliced(dice.below(Math.max(1, items.length)), 1);
}

/** Whether a request reads rows of an entity. */
export function isRead({ list, single }: Played, path: string): boolean {
  return path.endsWith(list) || single.test(path);
}

/** Ends every active fault; rows that can never be loaded stay so. */
export function endTroubles(
  { cast, shop }: Pick<World, 'cast' | 'shop'>,
  poisonForGood: ReadonlyMap<string, ReadonlySet<number>>,
): void {
  for (const { name, poison } of cast)
    for (const id of poison) if (!poisonForGood.get(name)?.has(id)) poison.delete(id);
  shop.faults.clear();
}

async function searchAnswer(shop: MagentoShop, { list }: Played, afterId: number): Promise<string> {
  const login = await fetch(`${shop.url}/rest/V1/integration/admin/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'Passw0rd123!' }),
  });
  const query = new URLSearchParams({
    'searchCriteria[filter_groups][0][filters][0][field]': 'entity_id',
    'searchCriteria[filter_groups][0][filters][0][value]': String(afterId),
    'searchCriteria[filter_groups][0][filters][0][condition_type]': 'gt',
    'searchCriteria[sort_orders][0][field]': 'entity_id',
    'searchCriteria[sort_orders][0][direction]': 'ASC',
    'searchCriteria[page_size]': '7',
  });
  const found = await fetch(`${shop.url}/rest${list}?${query.toString()}`, {
    headers: { authorization: `Bearer ${String(await login.json())}` },
  });
  return found.text();
}
