import { Redis } from 'ioredis';
import { buildProgram } from '../../tests/services/program.ts';
import { startRedis } from '../../tests/services/redis-server.ts';
import { type Part, runPart } from './bench.ts';
import { figureOf } from './documents/read-results.ts';
import { describeMachine } from './machine.ts';
import type { PartResult, Results } from './results.ts';
import { startBenchPostgres } from './running/postgres.ts';
import type { Sizes } from './sizes.ts';

/** What to run and whom to tell. */
export interface RunOptions {
  readonly parts: readonly Part[];
  readonly sizes: Sizes;
  readonly form: string;
  readonly signal: AbortSignal;
  print(line: string): void;
  /** Told after every part, so that nothing that was measured is lost. */
  keep(results: Results): Promise<void>;
}

/** Builds the worker, starts the servers and measures part after part. */
export async function runBenchmarks(options: RunOptions): Promise<Results> {
  const { parts, sizes, form, signal, print, keep } = options;
  print('Building the worker, starting PostgreSQL and Redis …');
  await buildProgram();
  await using postgres = await startBenchPostgres();
  const redis = await redisVersion();
  const machine = await describeMachine({ postgres: postgres.version, redis });
  const date = new Date().toISOString();
  const measured: PartResult[] = [];
  const results = (): Results => ({ date, form, machine, parts: [...measured] });
  for (const part of parts) {
    if (signal.aborted) break;
    const earlier = (name: string, figure: string) => figureOf(results(), name, figure);
    const tools = { sizes, postgres, startRedis: () => startRedis(), signal, earlier };
    measured.push(await runPart(part, tools, print));
    await keep(results());
  }
  return results();
}

async function redisVersion(): Promise<string> {
  await using server = await startRedis();
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  try {
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
  } finally {
    client.disconnect();
  }
}
