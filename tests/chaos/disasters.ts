import { setTimeout as delay } from 'node:timers/promises';
import type { MagentoShop } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import type { RestartablePostgres } from '../services/postgres-server.ts';
import type { RedisServer } from '../services/redis-server.ts';
import type { Played } from './played/played.ts';
import type { Dice } from './random.ts';
import { isRead } from './troubles.ts';
import type { Supervisor } from './worker-process.ts';

/** The servers and processes that disasters hit. */
export interface Targets {
  readonly shop: MagentoShop;
  /** The entities that are copied. */
  readonly cast: readonly Played[];
  readonly postgres: RestartablePostgres;
  readonly redis: RedisServer;
  readonly daemons: Supervisor;
  readonly dice: Dice;
}

/** Name of a disaster. */
export type Disaster = keyof typeof disasters;

const html = { 'content-type': 'text/html; charset=utf-8' };

/** Every disaster. Each resolves when the server is back; faults of the shop may take effect later. */
export const disasters = {
  'a daemon is killed': ({ daemons, dice }: Targets) => daemons.killOne(dice.below(2)),

  async 'Redis is flushed'({ redis }: Targets) {
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
  },

  async 'Redis is killed'({ redis, dice }: Targets) {
    await redis.kill();
    await delay(dice.below(1_500));
    await redis.restart();
  },

  'PostgreSQL crashes': ({ postgres }: Targets) => postgres.crash(),

  'all tokens end': ({ shop }: Targets) => shop.revokeAdminTokens(),

  async maintenance({ shop, dice }: Targets) {
    shop.maintenance(true);
    await delay(dice.below(1_500));
    shop.maintenance(false);
  },

  async 'a row cannot be loaded'({ cast, dice }: Targets) {
    const its = dice.pick(cast);
    const id = dice.pick(its.ids());
    its.poison.add(id);
    await delay(dice.below(2_500));
    its.poison.delete(id);
  },

  'requests are throttled': faults(429, { ...html, 'retry-after': '1' }),
  'the gateway has no answer': faults(504, html),
  'the shop fails': faults(500, html),

  'connections are reset': ({ shop, dice }: Targets) =>
    shop.faults.add({ times: 1 + dice.below(4), answer: { kind: 'reset' } }),

  'bodies are cut': ({ shop, dice }: Targets) =>
    shop.faults.add({ times: 1 + dice.below(4), answer: { kind: 'truncate' } }),

  'answers are lost': ({ shop, dice }: Targets) =>
    shop.faults.add({ times: 1 + dice.below(4), answer: { kind: 'drop-answer' } }),

  'pages are slow': ({ cast, shop, dice }: Targets) =>
    shop.faults.add({
      match: ({ path }) => cast.some(({ list }) => path.endsWith(list)),
      times: 3,
      answer: { kind: 'delay', milliseconds: 500 + dice.below(1_500) },
    }),
} satisfies Record<string, (targets: Targets) => unknown>;

/** The disasters for this queue: those of Redis only where it keeps the queue. */
export function disastersOf(queue: 'redis' | 'postgres'): Disaster[] {
  const all = Object.keys(disasters) as Disaster[];
  return queue === 'redis' ? all : all.filter((disaster) => !disaster.startsWith('Redis'));
}

function faults(status: number, headers: Record<string, string>) {
  return ({ cast, shop, dice }: Targets) =>
    shop.faults.add({
      match: ({ path }) => cast.some((its) => isRead(its, path)),
      times: 1 + dice.below(4),
      answer: { kind: 'answer', status, headers, body: `<!doctype html><title>${status}</title>` },
    });
}
