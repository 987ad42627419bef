import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';
import { buildProgram } from './program.ts';
import { startRedis } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URLs of throw-away servers, keyed by major version. */
    postgresUrls: { '15': string; '18': string };
    redisUrl: string;
  }
}

/**
 * Builds the program that tests start as a process, and starts the real services that every integration test shares; a
 * service that can't start fails the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgres15, postgres18, redis] = await Promise.all([
    startPostgres('15'),
    startPostgres('18'),
    startRedis(),
    buildProgram(),
  ]);
  project.onTestsRerun(buildProgram);
  project.provide('postgresUrls', { '15': postgres15.url, '18': postgres18.url });
  project.provide('redisUrl', redis.url);
  return async () => {
    await Promise.all([postgres15.stop(), postgres18.stop(), redis.stop()]);
  };
}
