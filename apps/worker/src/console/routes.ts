import type { Run, SampledStretch } from '@magento-sync/db';
import { workKinds } from '../operations/work.ts';
import { entityOf } from '../sync/entity/entities.ts';
import { answerAct } from './act-route.ts';
import { actDefinitions } from './acts.ts';
import { checkFormToken, type Gate } from './gate.ts';
import { NothingSeenError } from './kept-look.ts';
import type { Looks } from './looks.ts';
import type { OriginRules } from './origin.ts';
import { frame } from './pages/frame.ts';
import { personalDataPage } from './pages/personal-data.ts';
import { recordPage } from './pages/record.ts';
import { runbooksPage } from './pages/runbooks.ts';
import { runPage, runsPage } from './pages/runs.ts';
import { shopPage } from './pages/shop.ts';
import { type OverviewShop, shopsPage } from './pages/shops.ts';
import { refusalPage, signInPage } from './pages/sign-in.ts';
import { type ConsoleAnswer, ConsoleRefusal, type ConsoleRequest } from './request.ts';
import type { LookSource } from './shop-look.ts';
import type { Page, View, Visitor } from './view.ts';

/** What the pages are made from. */
export interface RouteSource extends LookSource {
  readonly looks: Looks;
  readonly gate: Gate;
  readonly origin: OriginRules;
  readonly assets: View['assets'];
  readonly runbooks: View['runbooks'];
  readonly href: View['href'];
}

/** A page that somebody asked for, who may see it. */
interface PageRequest extends Omit<ConsoleRequest, 'path'> {
  readonly view: View;
  readonly visitor: Visitor;
  /** What the pattern of the path has caught. */
  readonly parts: readonly string[];
}

type PageRoute = readonly [pattern: RegExp, make: (request: PageRequest) => Promise<Page | ConsoleAnswer>];

const shopPart = '([a-z0-9][a-z0-9-]{0,62})';
const idPart = '([1-9][0-9]{0,14})';
const runsAtOnce = 100;

/** Creates the answer to requests; throws `ConsoleRefusal`. */
export function createRoutes(source: RouteSource): {
  readonly answer: (request: ConsoleRequest) => Promise<ConsoleAnswer>;
  readonly refuse: (refusal: ConsoleRefusal) => ConsoleAnswer;
} {
  const { gate, origin, clock } = source;
  const routes = pageRoutes(source);
  const viewOf = (visitor: Visitor | null, path = '/', query = new URLSearchParams()): View => ({
    now: clock.now(),
    href: source.href,
    path,
    query,
    visitor,
    assets: source.assets,
    runbooks: source.runbooks,
  });
  const framed = (page: Page, view: View): ConsoleAnswer => ({
    status: page.status ?? 200,
    body: frame(page, view),
  });

  return {
    refuse: ({ status, title, message, headers }) => ({
      ...framed(refusalPage(status, title, message), viewOf(null)),
      headers,
    }),

    async answer(request) {
      const { method, path, query, headers } = request;
      if (method === 'POST') origin.checkSender(headers);
      if (path === '/login') return signIn(request);
      const byItself = headers['x-by-itself'] !== undefined;
      const visitor = await source.looks.inTurn(() => gate.visitorOf(request, byItself));
      if (!visitor) {
        if (byItself || method === 'POST')
          throw new ConsoleRefusal(401, 'Sign in', 'Your session is over: sign in again.');
        const to = `${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
        const where = to === '/' ? '/login' : `/login?to=${encodeURIComponent(to)}`;
        return { status: 303, headers: { location: source.href(where) }, body: '' };
      }
      if (path === '/logout' && method === 'POST') {
        checkFormToken(await request.form(), visitor, 'logout');
        const cookie = await gate.signOut(request);
        return { status: 303, headers: { location: source.href('/login'), 'set-cookie': cookie }, body: '' };
      }
      const acted = /^\/shops\/([a-z0-9][a-z0-9-]{0,62})\/([a-z]+)\/?$/.exec(path);
      const act = actDefinitions.find(({ name }) => name === acted?.[2]);
      if (acted && act) {
        const view = viewOf(visitor, path, query);
        const made = await answerAct(source, { request, view, visitor, act, shop: acted[1] ?? '' });
        return 'title' in made ? framed(made, view) : made;
      }
      for (const [pattern, make] of routes) {
        const match = pattern.exec(path);
        if (!match) continue;
        if (method !== 'GET')
          throw new ConsoleRefusal(405, 'Only to look at', 'There is nothing to be done here.', {
            allow: 'GET',
          });
        const view = viewOf(visitor, path, query);
        const made = await seen(() => make({ ...request, view, visitor, parts: match.slice(1) }));
        return 'body' in made && 'title' in made ? framed(made, view) : made;
      }
      throw nothingHere();
    },
  };

  async function signIn(request: ConsoleRequest): Promise<ConsoleAnswer> {
    const { method, query } = request;
    const home = { status: 303, headers: { location: source.href('/') }, body: '' };
    if (!gate.closed) return home;
    const view = viewOf(null, '/login', query);
    const unencrypted = !request.encrypted && !/^(localhost|127\.|\[::1\])/i.test(request.host);
    if (method === 'GET') {
      const visitor = await source.looks.inTurn(() => gate.visitorOf(request, true));
      if (visitor) return home;
      return framed(signInPage({ wrong: null, to: ownPath(query.get('to')), unencrypted }, view), view);
    }
    const form = await request.form();
    const to = ownPath(form.get('to'));
    const person = (form.get('person') ?? '').trim().slice(0, 60);
    const again = (wrong: string) => framed(signInPage({ wrong, to, unencrypted }, view), view);
    if (person === '') return again('Say who you are: the name stands beside what you do.');
    const cookie = await source.looks.inTurn(() => gate.signIn(request, person, form.get('password') ?? ''));
    if (cookie === null) return again('The password is wrong.');
    return { status: 303, headers: { location: source.href(to), 'set-cookie': cookie }, body: '' };
  }
}

/** A path of ours, never an address elsewhere. */
function ownPath(given: string | null): string {
  return given !== null && /^\/(?![/\\])[\w\-./?=&%+]*$/.test(given) && !given.startsWith('/log')
    ? given
    : '/';
}

async function seen<T>(make: () => Promise<T>): Promise<T | Page> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof NothingSeenError)) throw error;
    return {
      ...refusalPage(
        503,
        'Nothing can be shown',
        'PostgreSQL does not answer. The page tries again by itself.',
      ),
      asOf: new Date(),
      trouble: 'PostgreSQL does not answer',
      icon: 'bad',
    };
  }
}

function nothingHere(): ConsoleRefusal {
  return new ConsoleRefusal(404, 'Nothing here', 'There is no such page.');
}

function pageRoutes({ looks, store, clock, href, notice }: RouteSource): readonly PageRoute[] {
  const shopOf = (name = '') => {
    const shop = looks.shop(name);
    if (!shop) throw nothingHere();
    return shop;
  };
  const pattern = (...parts: readonly string[]) => new RegExp(`^${parts.join('/')}/?$`);
  return [
    [/^\/runbooks\/?$/, async ({ view }) => runbooksPage(view)],
    [
      /^\/$/,
      async ({ view }) => {
        const troubles: (string | null)[] = [];
        const seenAt: number[] = [];
        const shops = await Promise.all(
          looks.names().map(async (name): Promise<OverviewShop> => {
            try {
              const { value, trouble, seenAt: at } = await looks.see(name);
              troubles.push(trouble);
              seenAt.push(at.getTime());
              return { name, look: value, day: await dayOf(looks, name) };
            } catch (error) {
              if (!(error instanceof NothingSeenError)) throw error;
              troubles.push(error.message);
              return { name, look: null, day: [] };
            }
          }),
        );
        const asOf = seenAt.length > 0 ? new Date(Math.min(...seenAt)) : clock.now();
        const trouble = troubles.find((each) => each !== null) ?? null;
        return shopsPage({ shops, notice: notice?.() ?? null }, asOf, trouble, view);
      },
    ],
    [
      pattern('', 'shops', shopPart),
      async ({ view, parts: [name] }) => {
        const shop = shopOf(name);
        const { value, seenAt, trouble } = await looks.see(shop.name);
        const charts = await looks.charts(shop.name);
        return shopPage(value, charts.value, actDefinitions, seenAt, trouble ?? charts.trouble, view);
      },
    ],
    [
      pattern('', 'shops', shopPart, 'personal-data'),
      async ({ view, parts: [name] }) => {
        const shop = shopOf(name);
        const { value: look, seenAt: asOf, trouble } = await looks.see(shop.name);
        const erasures = await looks.inTurn(() => store.acts.recent(shop.name, runsAtOnce, 'erase'));
        return personalDataPage({ look, erasures, asOf, trouble }, view);
      },
    ],
    [
      pattern('', 'shops', shopPart, 'runs'),
      async ({ view, query, parts: [name] }) => {
        const shop = shopOf(name);
        const kind = wordOf(query.get('kind'));
        const entity = wordOf(query.get('entity'));
        const before = Number(idOf(query.get('before') ?? undefined) ?? 0);
        const runs = await looks.inTurn(() =>
          store.runs.recent(shop.name, {
            ...(kind ? { kind } : {}),
            ...(entity ? { entity } : {}),
            ...(before > 0 ? { before } : {}),
            limit: runsAtOnce,
          }),
        );
        return runsPage(
          {
            shop: shop.name,
            entities: [...shop.entities.map((each) => each.name), 'reference-data'],
            kinds: workKinds,
            runs,
            more: runs.length === runsAtOnce,
            asOf: clock.now(),
          },
          view,
        );
      },
    ],
    [
      pattern('', 'runs', idPart),
      async ({ view, parts: [id] }) => {
        const run = await looks.inTurn(() => store.runs.find(Number(id)));
        if (!run || !looks.shop(run.shop)) throw nothingHere();
        const { before, after } = await looks.inTurn(() => store.runs.neighbours(run));
        return runPage({ run: run satisfies Run, before, after, asOf: clock.now() }, view);
      },
    ],
    [
      pattern('', 'shops', shopPart, 'records'),
      async ({ query, parts: [name] }) => {
        const shop = shopOf(name);
        const id = idOf(query.get('id')?.trim());
        const entity = shop.entities.find((each) => each.name === query.get('entity'));
        if (!id || !entity) {
          throw new ConsoleRefusal(
            422,
            'Which record?',
            'Give its id in the shop, a whole number such as 17.',
          );
        }
        return {
          status: 303,
          headers: { location: href(`/shops/${shop.name}/records/${entity.name}/${id}`) },
          body: '',
        };
      },
    ],
    [
      pattern('', 'shops', shopPart, 'records', '([a-z_]{1,40})', idPart),
      async ({ view, parts: [name, entityName, idText] }) => {
        const shop = shopOf(name);
        const entity = shop.entities.find((each) => each.name === entityName);
        if (!entity) throw nothingHere();
        const id = Number(idText);
        const record = await looks.inTurn(async () => ({
          life: await entityOf(entity.name).lifeInCopy({ shop: shop.name, store }, id),
          stored: await store.copyOf(entity).read(shop.name, id),
          changes: await store.changes.of({ shop: shop.name, entity: entity.name, id }, { limit: 100 }),
        }));
        return recordPage({ shop: shop.name, entity, id, ...record }, view);
      },
    ],
  ];
}

async function dayOf(looks: Looks, name: string): Promise<readonly SampledStretch[]> {
  return (await looks.charts(name)).value.day;
}

function idOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? text : undefined;
}

function wordOf(text: string | null): string | undefined {
  return text !== null && /^[a-z_-]{1,40}$/.test(text) ? text : undefined;
}
