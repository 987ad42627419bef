import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { startRestartablePostgres } from '../services/postgres-server.ts';
import { type RedisServer, startRedis } from '../services/redis-server.ts';
import { type Disaster, disasters, disastersOf } from './disasters.ts';
import { createEditor } from './edits/editor.ts';
import { compareSides } from './equality.ts';
import { allNames, playedIn } from './played/cast.ts';
import { seededDice } from './random.ts';
import { createWatch } from './watch.ts';
import { type Supervisor, startWorker, superviseDaemons } from './worker-process.ts';

/** Result of a siege. */
export interface SiegeReport {
  readonly seed: number;
  readonly queue: 'redis' | 'postgres';
  readonly edits: number;
  readonly disasters: Readonly<Record<string, number>>;
  /** Requests that a fault of the shop has hit. */
  readonly faults: number;
  readonly rowsCompared: number;
  /** Broken promises, one sentence each; empty when all were kept. */
  readonly broken: readonly string[];
}

/** Parameters of a siege. */
export interface Siege {
  readonly seed: number;
  /** Number of disasters before the final pull, sweep and reconcile. */
  readonly rounds: number;
  /** The entities that are copied; everything that has a definition when absent. */
  readonly names?: readonly string[];
  /** Told at every disaster. */
  readonly onEvent?: (event: string) => void;
}

const requestsPerRound = 15;
/** Restarted or waiting daemons may need a while until their next request. */
const longestRoundMs = 15_000;

/**
 * Runs two daemons (four concurrent jobs each) against a shop that is edited all the time, while processes are killed and
 * servers crash; afterwards runs one backfill, pull, sweep, reconcile and verify, and compares both sides field by field.
 *
 * The seed decides what happens, not the exact moment.
 */
export async function besiege({ seed, rounds, names = allNames, onEvent }: Siege): Promise<SiegeReport> {
  const dice = seededDice(seed);
  const queue = seed % 2 === 0 ? 'redis' : 'postgres';
  await using shop = await startMagentoShop({
    population: { customers: 60, seed },
    orders: 60,
    latencyMs: 3,
  });
  const cast = playedIn(shop, names);
  await using postgres = await startRestartablePostgres();
  await using redis: RedisServer = await startRedis();
  const environment = environmentOf(
    names,
    shop.url,
    postgres.url,
    queue === 'redis' ? redis.url : postgres.url,
  );
  const editor = createEditor(shop, dice, 'all', cast);
  const watch = createWatch(postgres.url, editor, cast);
  const counts: Record<string, number> = {};
  await using daemons: Supervisor = await superviseDaemons(2, environment);

  let waiting: Disaster[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (waiting.length === 0) waiting = dice.shuffle(disastersOf(queue));
    const disaster = waiting.pop() ?? 'a daemon is killed';
    counts[disaster] = (counts[disaster] ?? 0) + 1;
    onEvent?.(disaster);
    await disasters[disaster]({ shop, cast, postgres, redis, daemons, dice });
    // The next disaster has to hit a working daemon: wait until the shop has received more requests.
    const seen = shop.requests.all().length;
    const latest = performance.now() + longestRoundMs;
    while (shop.requests.all().length < seen + requestsPerRound && performance.now() < latest) {
      for (let edits = dice.below(3); edits > 0; edits -= 1) editor.edit();
      await daemons.tend();
      await watch.look();
      await delay(100);
    }
  }

  shop.faults.clear();
  for (const { poison } of cast) poison.clear();
  shop.maintenance(false);
  editor.finish();
  const broken = [...(await daemons.stop()), ...(await calmDown(environment)), ...(await watch.verdict())];
  const { rows, differences } = await compareSides(cast, postgres.url, () => new Set());
  return {
    seed,
    queue,
    edits: editor.edits,
    disasters: counts,
    faults: shop.faults.struck,
    rowsCompared: rows,
    broken: [...broken, ...differences],
  };
}

function environmentOf(
  names: readonly string[],
  shopUrl: string,
  databaseUrl: string,
  queueUrl: string,
): Record<string, string> {
  return {
    MAGENTO_BASE_URL: shopUrl,
    MAGENTO_SHOP: 'chaos',
    ENTITIES: names.join(','),
    MAGENTO_USERNAME: 'admin',
    MAGENTO_PASSWORD: 'Passw0rd123!',
    MAGENTO_REQUESTS_PER_SECOND: '500',
    MAGENTO_PAGE_SIZE: '20',
    DATABASE_URL: databaseUrl,
    QUEUE_URL: queueUrl,
    TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    PULL_EVERY: '1s',
    // A busy machine is no reason to end in disorder.
    SHUTDOWN_DEADLINE: '5m',
    SWEEP_PERIOD: '10s',
    RECONCILE_EVERY: '3s',
    RECONCILE_MAX_SHARE: '40',
    LOG_LEVEL: 'error',
  };
}

/** Runs the final commands as processes. Returns what went wrong. */
async function calmDown(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const broken: string[] = [];
  for (const command of ['backfill', 'pull', 'sweep', 'reconcile', 'verify']) {
    await using worker = await startWorker([command], environment);
    const code = await worker.ended;
    if (code !== 0) broken.push(`the last ${command} ended with ${code}: ${worker.complaint.trim()}`);
  }
  return broken;
}
