import { randomUUID } from 'node:crypto';
import { MaintenanceError, PermissionError } from '@magento-sync/magento-client';
import pg from 'pg';
import { pino } from 'pino';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { quietConnection } from '../../testing/quiet-connection.ts';
import { checkQueue } from '../queue-server/inspect-queue.ts';
import { queueConnection } from '../queue-server/queue-connection.ts';
import { type JobReport, jobSchemas, type Processors } from './contract.ts';
import { openQueues } from './queues.ts';
import { reconcileSchedules, type Schedule } from './schedules.ts';
import { BusyError } from './settle.ts';
import { type JobEvent, startWorkers } from './workers.ts';

const log = pino({ level: 'silent' });

async function postgresUrl(version: '15' | '18'): Promise<string> {
  const url = new URL(inject('postgresUrls')[version]);
  const name = `queue_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}

const backends: [string, () => Promise<string>][] = [
  ['Redis', async () => inject('redisUrl')],
  ['PostgreSQL 15', () => postgresUrl('15')],
  ['PostgreSQL 18', () => postgresUrl('18')],
];

const unused = async (): Promise<JobReport> => {
  throw new Error('This handler is not expected to run.');
};

function processors(own: Partial<Processors>): Processors {
  const all = Object.fromEntries(
    Object.keys(jobSchemas).map((name) => [name, unused]),
  ) as unknown as Processors;
  return { ...all, ...own };
}

describe.each(backends)('the queue on %s', (_name, url) => {
  async function open() {
    const queues = openQueues(queueConnection(await url(), quietConnection), `test-${randomUUID()}`, log);
    onTestFinished(() => queues[Symbol.asyncDispose]());
    return queues;
  }

  async function work(own: Partial<Processors>) {
    const queues = await open();
    const stop = { signal: new AbortController().signal, pause: new AbortController().signal };
    const events: JobEvent[] = [];
    let wake = () => {};
    const workers = startWorkers(queues, processors(own), stop, log, {
      concurrency: { fresh: 2, regular: 2, bulk: 2 },
      onJob: (event) => {
        events.push(event);
        wake();
      },
    });
    onTestFinished(() => workers.close());
    const untilEvents = async (count: number) => {
      while (events.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return events.map(({ job, outcome }) => `${job}: ${outcome}`);
    };
    return { queues, workers, untilEvents };
  }

  test('answers the check at the start', async () => {
    await expect(checkQueue(await url())).resolves.toMatchObject({ warnings: [] });
  });

  test('makes the schedulers equal to the table and leaves those alone that are right', async () => {
    const queues = await open();
    const pull: Schedule = {
      id: 'pull-customers',
      job: 'pull',
      data: { entity: 'customers' },
      everyMs: 60_000,
    };
    const token: Schedule = { id: 'refresh-token', job: 'refresh-token', data: {}, everyMs: 60_000 };
    const now = new Date();
    expect(await reconcileSchedules(queues, [pull, token], now)).toEqual({
      upserted: ['pull-customers', 'refresh-token'],
      removed: [],
    });
    expect(await reconcileSchedules(queues, [pull, token], now)).toEqual({ upserted: [], removed: [] });
    expect(await reconcileSchedules(queues, [{ ...pull, everyMs: 30_000 }], now)).toEqual({
      upserted: ['pull-customers'],
      removed: ['refresh-token'],
    });
  });

  test('a schedule runs at once, one with a time of the day waits for it', async () => {
    const { queues, untilEvents } = await work({
      'refresh-token': async () => ({}),
      'refresh-reference-data': async () => ({}),
    });
    const now = new Date();
    const inAnHour = (now.getUTCHours() * 60 + now.getUTCMinutes() + 60) % 1_440;
    await reconcileSchedules(
      queues,
      [
        { id: 'daily', job: 'refresh-reference-data', data: {}, everyMs: 86_400_000, atMinute: inAnHour },
        { id: 'often', job: 'refresh-token', data: {}, everyMs: 3_600_000 },
      ],
      now,
    );
    expect(await untilEvents(1)).toEqual(['refresh-token: completed']);
    const daily = (await queues.byName.regular.getJobSchedulers()).find(({ key }) => key === 'daily');
    const waitMs = (daily?.next ?? 0) - now.getTime();
    expect(waitMs).toBeGreaterThan(3_500_000);
    expect(waitMs).toBeLessThanOrEqual(3_600_000);
  });

  test('a job of the same key is not added twice while the first waits', async () => {
    const queues = await open();
    for (let time = 0; time < 3; time++) {
      await queues.add('start-backfill', { entity: 'customers' }, { onceKey: 'start-backfill-customers' });
    }
    expect((await queues.counts()).regular['waiting']).toBe(1);
  });

  test('a permanent error fails the job at once, a passing one is tried again', async () => {
    const response = { status: 401, method: 'GET', path: '/V1/x' };
    let attempts = 0;
    const { queues, untilEvents } = await work({
      pull: async () => {
        throw new PermissionError('not allowed', response, []);
      },
      'refresh-reference-data': async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('once');
        return {};
      },
    });
    await queues.add('pull', { entity: 'customers' });
    expect(await untilEvents(1)).toEqual(['pull: fail']);
    await queues.add('refresh-reference-data', {});
    expect((await untilEvents(3)).slice(1)).toEqual([
      'refresh-reference-data: retry',
      'refresh-reference-data: completed',
    ]);
  });

  test('work that somebody else does is put back and done later, without counting an attempt', async () => {
    let calls = 0;
    const { queues, untilEvents } = await work({
      pull: async () => {
        calls += 1;
        if (calls === 1) throw new BusyError('busy');
        return {};
      },
    });
    await queues.add('pull', { entity: 'customers' });
    expect(await untilEvents(2)).toEqual(['pull: delay', 'pull: completed']);
  });

  test('a shop in maintenance keeps every job of the queue waiting', async () => {
    let calls = 0;
    const { queues, untilEvents } = await work({
      pull: async () => {
        calls += 1;
        const response = { status: 503, method: 'GET', path: '/V1/x', retryAfterMs: 4_000 };
        if (calls === 1) throw new MaintenanceError('maintenance', response);
        return {};
      },
    });
    await queues.add('pull', { entity: 'customers' });
    expect(await untilEvents(1)).toEqual(['pull: rate-limit']);
    expect(await queues.byName.fresh.getRateLimitTtl()).toBeGreaterThan(0);
    expect(await untilEvents(2)).toEqual(['pull: rate-limit', 'pull: completed']);
  });

  test('a job whose data is not what its handler expects never reaches the handler', async () => {
    const { queues, untilEvents } = await work({});
    await queues.byName.fresh.add('pull', { entity: 'ghosts' });
    expect(await untilEvents(1)).toEqual(['pull: fail']);
  });
});
