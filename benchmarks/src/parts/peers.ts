import { fileURLToPath } from 'node:url';
import type { Bench, Part } from '../bench.ts';
import type { Peer, PeerOutcome, PeerState, PeerTask } from '../peers/peer.ts';
import { peers as allPeers } from '../peers/peers.ts';
import { type Cost, startMeasured, succeeded } from '../running/measured-process.ts';
import type { BenchDatabase } from '../running/postgres.ts';
import { type ShopProcess, startShop } from '../running/shop.ts';
import { inFlight, runWorker } from '../running/worker.ts';

/** Edits for every hundred rows that the shop has shown. */
const editsPerHundredRows = 2;

/** Somebody who copies customers: we, or a peer. */
interface Contestant {
  readonly name: string;
  readonly title: string;
  readonly reads: boolean;
  /** An empty database with the tables that it starts from. */
  database(bench: Bench): Promise<BenchDatabase>;
  /** The first run; returns what the next one goes on from. */
  first(shop: ShopProcess, database: BenchDatabase): Promise<Run>;
  /** What it does regularly to keep the copy fresh. */
  next(shop: ShopProcess, database: BenchDatabase, state: PeerState): Promise<unknown>;
  readonly shown: string;
}

interface Run {
  readonly state: PeerState;
  readonly cost: Cost;
}

/** Everybody against the same shop and the same PostgreSQL, one after the other; then once more while the shop is edited. */
export const peers: Part = {
  name: 'peers',
  title: 'peers against the same shop and the same PostgreSQL',
  async run(bench) {
    const contestants = [ours(1), ours(4), ...allPeers.map(theirs)];
    const failures: string[] = [];
    for (const contestant of contestants) {
      try {
        await measureSpeed(bench, contestant);
        if (contestant.reads) await countLosses(bench, contestant);
      } catch (error) {
        // One that does not work costs the others nothing.
        bench.signal.throwIfAborted();
        failures.push(error instanceof Error ? error.message : String(error));
        bench.say(failures.at(-1) ?? '');
      }
    }
    if (failures.length > 0) throw new Error(failures.join(' '));
  },
};

async function measureSpeed(bench: Bench, contestant: Contestant): Promise<void> {
  const { sizes, say, figure, postgres } = bench;
  const { name, title } = contestant;
  await using shop = await startShop({ customers: sizes.peers });
  await using database = await contestant.database(bench);
  say(title);
  const before = (await postgres.cpuSeconds()) ?? 0;
  const { cost } = await contestant.first(shop, database);
  const databaseCpu = ((await postgres.cpuSeconds()) ?? 0) - before;
  const { missing, wrong } = await losses(shop, database, contestant.shown);
  if (missing + wrong > 0)
    throw new Error(`${name} lost ${missing} rows of a quiet shop and has ${wrong} wrong.`);
  const { requests, firstAt } = await shop.traffic();
  const seconds = (cost.endedAt - firstAt) / 1000;
  figure(
    `${name}/rows`,
    'rows, from the first request for customers to the end of its process',
    shop.rows / seconds,
    'rows/s',
  );
  figure(`${name}/requests`, 'requests', requests, 'requests');
  figure(`${name}/cpu`, 'CPU time of its process', cost.cpuSeconds, 's');
  figure(`${name}/database_cpu`, 'CPU time of PostgreSQL', databaseCpu, 's');
  figure(`${name}/memory`, 'peak memory', cost.peakMb, 'MB');
}

async function countLosses(bench: Bench, contestant: Contestant): Promise<void> {
  const { sizes, say, figure } = bench;
  const { name, title } = contestant;
  await using shop = await startShop({ customers: sizes.peers });
  await using database = await contestant.database(bench);
  say(`${title}, while the shop is edited`);
  await shop.startEdits(editsPerHundredRows, 1);
  const { state } = await contestant.first(shop, database);
  const { saved, created, removed } = await shop.stopEdits();
  const atOnce = await losses(shop, database, contestant.shown);
  await contestant.next(shop, database, state);
  const { missing, wrong, ghosts } = await losses(shop, database, contestant.shown);
  figure(`${name}/edits`, 'edits while it read', saved + created + removed, 'edits');
  figure(`${name}/missing_at_once`, 'rows missing after the first run', atOnce.missing, 'rows');
  figure(`${name}/missing`, 'rows still missing after the next one', missing, 'rows');
  figure(`${name}/wrong`, 'rows still outdated', wrong, 'rows');
  figure(`${name}/ghosts`, 'deleted customers still alive', ghosts, 'rows');
}

/** Compares what a copy shows with the shop, row by row. */
async function losses(shop: ShopProcess, { client }: BenchDatabase, shown: string) {
  const { rows } = await client.query<{ id: string; email: string; lastname: string; updated_at: string }>(
    shown,
  );
  const copied = new Map(rows.map((row) => [Number(row.id), row]));
  const inShop = await shop.digests();
  const missing = inShop.filter(({ id }) => !copied.has(id)).length;
  const wrong = inShop.filter(({ id, email, lastname, updatedAt }) => {
    const row = copied.get(id);
    return row && (row.email !== email || row.lastname !== lastname || row.updated_at !== updatedAt);
  }).length;
  return { missing, wrong, ghosts: copied.size - (inShop.length - missing) };
}

/** We ourselves, with so many requests in flight. */
function ours(requests: number): Contestant {
  const place = (shop: ShopProcess, database: BenchDatabase) => ({
    shopUrl: shop.url,
    databaseUrl: database.url,
    // A handful of deletions among few rows is more than the brake lets pass by itself.
    settings: { ...inFlight(requests), RECONCILE_MAX_SHARE: '50' },
  });
  return {
    name: `magento-sync-${requests}`,
    title: `magento-sync, ${requests} ${requests === 1 ? 'request' : 'requests'} in flight`,
    reads: true,
    database: ({ postgres }) => postgres.createCopy('bench_ours'),
    async first(shop, database) {
      const { cost } = await runWorker(['backfill'], place(shop, database));
      return { cost, state: undefined };
    },
    async next(shop, database) {
      await runWorker(['pull'], place(shop, database));
      await runWorker(['reconcile'], place(shop, database));
    },
    shown: `select id, email, lastname, to_char(source_updated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as updated_at
            from magento.customers where deleted_at is null`,
  };
}

const program = fileURLToPath(new URL('../peers/peer-process.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

function theirs({ name, title, reads, shown }: Peer): Contestant {
  const run = async (task: Omit<PeerTask, 'name'>) => {
    await using started = await startMeasured(['--import', tsx, program], {
      PEER_TASK: JSON.stringify({ name, ...task }),
    });
    const { stdout, cost } = await succeeded(title, started);
    const { state } = JSON.parse(stdout) as PeerOutcome;
    return { state, cost };
  };
  const placeOf = (shop: ShopProcess, database: BenchDatabase) => ({
    shopUrl: shop.url,
    databaseUrl: database.url,
  });
  return {
    name,
    title,
    reads,
    database: ({ postgres }) => postgres.createDatabase('bench_peer'),
    first: (shop, database) => run(placeOf(shop, database)),
    next: (shop, database, state = '') => run({ ...placeOf(shop, database), state }),
    shown,
  };
}
