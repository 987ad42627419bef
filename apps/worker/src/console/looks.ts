import { createHash } from 'node:crypto';
import { createSampleRepository } from '@magento-sync/db';
import { KeptLook, type Look, NothingSeenError } from './kept-look.ts';
import type { ShopCharts } from './pages/shop.ts';
import { daySpan, weekSpan } from './pages/shop.ts';
import { createShopLook, type LookSource, type ShopLook, type ShownShop } from './shop-look.ts';
import { Turns } from './turns.ts';

/** What is looked at, however many people look: one look for all of them. */
export interface Looks {
  /** Names of the shops. */
  names(): readonly string[];
  shop(name: string): ShownShop | undefined;
  /** Throws `NothingSeenError` while nothing was ever seen of the shop. */
  see(name: string): Promise<Look<ShopLook>>;
  charts(name: string): Promise<Look<ShopCharts>>;
  /** Says that somebody did something to the shop: the next look is a new one. */
  forget(name: string): void;
  /** Another text as soon as anything but the time has changed. */
  version(): Promise<string>;
  /** Does other work on PostgreSQL in its turn. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

interface Kept {
  readonly shop: ShownShop;
  readonly look: KeptLook<ShopLook>;
  readonly charts: KeptLook<ShopCharts>;
}

/** Creates the looks; `shops` is asked again and again, because shops come and go. */
export function createLooks(source: LookSource, shops: () => readonly ShownShop[]): Looks {
  const turns = new Turns();
  const samples = createSampleRepository(source.database);
  const kept = new Map<string, Kept>();
  const keptOf = (name: string): Kept | undefined => {
    const shop = shops().find((each) => each.name === name);
    if (!shop) return undefined;
    const before = kept.get(name);
    if (before?.shop === shop) return before;
    const onError = (error: unknown) =>
      source.log.warn({ err: error, shop: name }, 'how the shop stands could not be read for the page');
    const lookAt = createShopLook(source, shop);
    const readCharts = async (): Promise<ShopCharts> => {
      const [day, week] = [daySpan(source.clock.now()), weekSpan(source.clock.now())];
      return {
        day: await samples.since(name, day.from, day.everyMs),
        week: await samples.since(name, week.from, week.everyMs),
      };
    };
    const made: Kept = {
      shop,
      look: new KeptLook(() => turns.take(lookAt), source.clock, onError),
      charts: new KeptLook(() => turns.take(readCharts), source.clock, onError),
    };
    // What was seen of shops that are gone is of no use any more.
    const names = new Set(shops().map((each) => each.name));
    for (const other of kept.keys()) if (!names.has(other)) kept.delete(other);
    kept.set(name, made);
    return made;
  };
  const known = (name: string): Kept => {
    const found = keptOf(name);
    if (!found) throw new NothingSeenError(`there is no shop ${name}`);
    return found;
  };
  return {
    names: () => shops().map(({ name }) => name),
    shop: (name) => shops().find((each) => each.name === name),
    see: async (name) => known(name).look.see(),
    charts: async (name) => known(name).charts.see(),
    forget: (name) => kept.get(name)?.look.forget(),
    async version() {
      const parts = await Promise.all(
        shops().map(async ({ name }) => {
          try {
            const { value, trouble } = await known(name).look.see();
            return [name, trouble, changing(value)];
          } catch {
            return [name, 'nothing'];
          }
        }),
      );
      return createHash('sha256')
        .update(JSON.stringify([source.notice?.() ?? null, parts]))
        .digest('base64url')
        .slice(0, 16);
    },
    inTurn: (work) => turns.take(work),
  };
}

/** What of a look is not the time that has passed. */
function changing({
  copy,
  health,
  running,
  recent,
  acts,
  alerts,
  followingAlerts,
  workers,
  queue,
  hintsOpen,
  backfills,
}: ShopLook): unknown {
  return [
    health.name,
    copy.entities.map(({ entity, pulledAt, watermark, totals, backfill }) => [
      entity,
      pulledAt,
      watermark,
      totals,
      backfill,
    ]),
    [...running, ...recent].map(({ id, status, rowsRead, pages }) => [id, status, rowsRead, pages]),
    copy.quarantine.map(({ entity, id, attempts }) => [entity, id, attempts]),
    copy.consumers.map(({ consumer, behind }) => [consumer, behind]),
    backfills.map(({ entity, share }) => [entity, share]),
    acts.map(({ id, outcome }) => [id, outcome]),
    copy.pauses,
    alerts.map(({ key, severity, acknowledgedAt }) => [key, severity, acknowledgedAt]),
    followingAlerts.map(({ key }) => key),
    workers.map(({ id }) => id),
    queue,
    hintsOpen,
  ];
}
