import { createBudgetRepository } from '@magento-sync/db';
import { systemClock } from '../clock.ts';
import { formatDuration } from '../config/duration.ts';
import type { Environment } from '../config/environment.ts';
import { healths } from '../console/health.ts';
import { createShopLook, type LookSource, type ShopLook, type ShopTrouble } from '../console/shop-look.ts';
import { shownShopOf } from '../console/shown-shops.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { lend, openQueues } from '../jobs/queues.ts';
import type { Logger } from '../logger.ts';
import { type Output, textTable } from '../output.ts';
import { reachQueue } from '../queue-server/inspect-queue.ts';
import { readShops, type ShopInFile } from '../shops-file/read-shops.ts';
import { problemsOf } from '../shops-file/shop-environment.ts';
import { problemText } from '../shops-file/shops-file-error.ts';
import type { Storage } from '../storage.ts';

/** How one shop of the file stands. */
export interface ShopStatus {
  readonly shop: string;
  /** The name of its health, or `off` where the file switches it off. */
  readonly state: ShopLook['health']['name'] | 'off';
  /** The same for people. */
  readonly word: string;
  readonly sentence: string;
  /** What a person should look at, one sentence each; empty when all is well. */
  readonly attention: readonly string[];
  /** Of the entity that was pulled longest ago; `null` when one never was. */
  readonly pulledAt: Date | null;
  /** Living rows by entity. */
  readonly rows: Readonly<Record<string, number>>;
}

const states = [...Object.keys(healths), 'off'];

/**
 * Reads how every shop of the file stands, those first that need a person most. Asks PostgreSQL and the queue, and no
 * shop, so that none holds up the others.
 */
export async function readStatusOfShops(
  path: string,
  environment: Environment,
  { database, store, queueUrl }: Storage,
  log: Logger,
): Promise<readonly ShopStatus[]> {
  await using queues = await openQueuesOfShops(queueUrl, log);
  const read = async (shop: ShopInFile): Promise<ShopStatus> => {
    if (!shop.enabled) return switchedOff(shop);
    // A daemon that works for the shop has the secrets that this command may lack.
    const isWorkedFor = (await createBudgetRepository(database).living(shop.name)).some(
      ({ command }) => command === 'daemon',
    );
    const problems = isWorkedFor ? [] : problemsOf(shop, environment);
    const trouble: ShopTrouble | undefined =
      problems.length === 0
        ? undefined
        : { sentence: problems.map((each) => `${problemText(each)}.`).join(' '), isMisconfigured: true };
    const source: LookSource = {
      database,
      store,
      clock: systemClock,
      log,
      queuesOf: queues.of,
      troubleOf: () => trouble,
    };
    return statusOf(await createShopLook(source, shownShopOf(shop, environment))());
  };
  const statuses: ShopStatus[] = [];
  // One after the other: each look takes some dozens of queries of a millisecond.
  for (const shop of readShops(path)) statuses.push(await read(shop));
  return statuses.toSorted(
    (one, other) =>
      states.indexOf(one.state) - states.indexOf(other.state) || one.shop.localeCompare(other.shop),
  );
}

function switchedOff({ name }: ShopInFile): ShopStatus {
  const sentence = 'Switched off in the file (enabled: false).';
  return { shop: name, state: 'off', word: '– Off', sentence, attention: [], pulledAt: null, rows: {} };
}

function statusOf({ shop, health, copy, attention }: ShopLook): ShopStatus {
  const { symbol, word } = healths[health.name];
  const pulled = copy.entities.map(({ pulledAt }) => pulledAt);
  return {
    shop: shop.name,
    state: health.name,
    word: `${symbol} ${word}`,
    sentence: health.sentence,
    attention: health.name === 'fresh' ? attention : [health.sentence, ...attention],
    pulledAt: pulled.some((at) => at === null)
      ? null
      : new Date(Math.min(...pulled.map((at) => at?.getTime() ?? 0))),
    rows: Object.fromEntries(copy.entities.map(({ entity, totals }) => [entity, totals.live])),
  };
}

/** Prints what was read, and says how the command ends. */
export function showStatusOfShops(
  shops: readonly ShopStatus[],
  options: Readonly<Record<string, unknown>>,
  output: Output,
): ExitCode {
  const needing = shops.filter(({ attention }) => attention.length > 0);
  if (options['json']) output.json({ shops });
  else if (options['check']) {
    for (const { shop, attention } of needing)
      for (const sentence of attention) output.line(`${shop}: ${oneLine(sentence)}`);
    if (needing.length === 0) output.line(`Nothing needs attention at ${shops.length} shops.`);
  } else output.line(tableOf(shops, systemClock.now()));
  if (options['check']) return needing.length === 0 ? exitCodes.success : exitCodes.incomplete;
  const complete = shops.every(
    ({ state, pulledAt }) => state === 'off' || (state !== 'misconfigured' && pulledAt !== null),
  );
  return complete ? exitCodes.success : exitCodes.incomplete;
}

function tableOf(shops: readonly ShopStatus[], now: Date): string {
  const rows = shops.map(({ shop, state, word, sentence, attention, pulledAt, rows: living }) => {
    const [first = state === 'off' ? sentence : '', ...more] = attention;
    const others = more.length > 0 ? ` And ${more.length} more: status --shop ${shop}` : '';
    const counts = Object.values(living);
    return [
      shop,
      word,
      pulledAt ? `${formatDuration(now.getTime() - pulledAt.getTime())} ago` : state === 'off' ? '' : 'never',
      counts.length === 0 ? '' : String(counts.reduce((sum, count) => sum + count, 0)),
      `${oneLine(first)}${others}`,
    ];
  });
  return textTable(['SHOP', 'STATE', 'LAST PULL', 'ROWS', 'NEEDS ATTENTION'], rows);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

/** The queues of all shops over one connection; where the server does not answer, that is found out once. */
async function openQueuesOfShops(
  queueUrl: string,
  log: Logger,
): Promise<{ readonly of: LookSource['queuesOf'] } & AsyncDisposable> {
  try {
    const connection = await reachQueue(queueUrl, 'magento-sync status', log);
    return {
      of: (shop) => ({
        async counts() {
          await using queues = openQueues(lend(connection), shop, log);
          return await queues.counts();
        },
        add: refuse,
      }),
      [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
    };
  } catch (error) {
    log.warn({ err: error }, 'the queue does not answer');
    return { of: () => ({ counts: refuse, add: refuse }), [Symbol.asyncDispose]: async () => undefined };
  }
}

async function refuse(): Promise<never> {
  throw new Error('The queue does not answer.');
}
