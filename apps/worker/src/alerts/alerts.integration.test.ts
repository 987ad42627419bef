import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { customers } from '../../testing/customers.ts';
import { startFilled } from '../../testing/filled-sync.ts';
import { noStop } from '../../testing/sync-harness.ts';
import { shopVariables, startReceiver } from '../../testing/webhook-receiver.ts';
import { parseConfig } from '../config/config.ts';
import { createLogger } from '../logger.ts';
import { pullChanges } from '../sync/pull/pull.ts';
import { alertOptions, deliverAlerts, lookForAlerts } from './alert-watch.ts';
import { configRefused, misconfigured } from './conditions.ts';
import { shareHeartbeat } from './heartbeat.ts';

test('an overdue pull is told once by two daemons, also through a receiver that was down, and its end once', async () => {
  const harness = await startFilled(20);
  const { shop, store, copy } = harness;
  await pullChanges(harness.context(), customers, noStop());
  const receiver = await startReceiver();
  const options = alertOptions(
    parseConfig({
      ...shopVariables,
      ALERT_WEBHOOK_URL: `${receiver.url}/hook/webhook-secret`,
      ALERT_WEBHOOK_SECRET: 'a-secret-to-sign-with',
      ALERT_HEARTBEAT_URL: `${receiver.url}/alive/heartbeat-secret`,
      ALERT_RUNBOOK_URL: 'https://wiki.example.com/operations#here',
      CONSOLE_URL: 'https://sync.example.com/',
    }),
  )!;
  const { database } = copy;
  const daemons = [harness.context(), harness.context()].map((context) => ({ ...context, database }));
  const look = () => Promise.all(daemons.map((daemon) => lookForAlerts(daemon, options)));
  const deliver = () => Promise.all(daemons.map((daemon) => deliverAlerts(daemon, options.channels)));
  /** As if the time until the next attempt had passed. */
  const passRetryTime = () => database.pool.query('update sync.alert_deliveries set due_at = now()');
  const hooks = () => receiver.received.filter(({ path }) => path.startsWith('/hook'));

  await look();
  await deliver();
  expect(hooks()).toEqual([]);
  expect(receiver.received.map(({ path }) => path)).toEqual(Array(2).fill('/alive/heartbeat-secret'));

  shop.clock.advance(30 * 60_000);
  await look();
  shop.clock.advance(6 * 60_000);
  receiver.status = 503;
  await look();
  expect(receiver.received.at(-1)?.path).toBe('/alive/heartbeat-secret/fail');
  await deliver();
  // Not again before its time.
  await deliver();
  expect(hooks()).toHaveLength(1);
  expect(await store.alerts.undeliveredOnes('test')).toMatchObject([
    { failure: 'ALERT_WEBHOOK_URL answers 503.', failedAt: null, attempts: 1 },
  ]);

  receiver.status = 200;
  await passRetryTime();
  await deliver();
  await passRetryTime();
  await deliver();
  expect(hooks()).toHaveLength(2);
  const [first, second] = hooks();
  expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  const { 'x-magento-sync-timestamp': timestamp, 'x-magento-sync-signature': signature } = second!.headers;
  const digest = createHmac('sha256', 'a-secret-to-sign-with')
    .update(`${String(timestamp)}.${second!.body}`)
    .digest('hex');
  expect(signature).toBe(`sha256=${digest}`);
  expect(JSON.parse(second!.body)).toMatchObject({
    version: 1,
    status: 'firing',
    severity: 'critical',
    reason: 'new',
    shop: 'test',
    goingOn: 0,
    links: { page: 'https://sync.example.com/shops/test' },
    alerts: [
      {
        alert: 'PullOverdue',
        subject: 'customers',
        resolvedAt: null,
        notification: 1,
        values: { lagSeconds: expect.closeTo(36 * 60, -2), limitSeconds: 900 },
        links: { runbook: 'https://wiki.example.com/operations#pulloverdue' },
      },
    ],
    text: expect.stringMatching(/^✕ test: The last complete pull.*operations#pulloverdue$/s),
  });

  // Somebody looks after it: nothing repeats it, its end is told.
  const variables = { ...shopVariables, DATABASE_URL: copy.url };
  const ack = (...args: string[]) => runCommand(['alerts', 'ack', ...args], variables);
  expect(await ack('PullOverdue', '--about', 'orders', '--by', 'anna')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('What goes on: PullOverdue (customers).'),
  });
  expect(await ack('pulloverdue', '--for', '90d', '--by', 'anna', '--why', 'the host moves')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^PullOverdue \(customers\): not repeated until /),
  });
  expect(await runCommand(['alerts'], variables)).toMatchObject({
    exitCode: 3,
    stdout: expect.stringMatching(/✕ +PullOverdue.*acknowledged by anna .*the host moves/),
  });
  expect(
    (await store.acts.recent('test')).map(({ act, by, why, outcome }) => [act, by, why, outcome]),
  ).toEqual([
    ['alerts ack', 'anna', 'the host moves', 'done'],
    ['alerts ack', 'anna', null, 'refused'],
  ]);
  shop.clock.advance(5 * 3_600_000);
  await look();
  await deliver();
  expect(hooks()).toHaveLength(2);
  expect(await ack('all', '--undo')).toMatchObject({ exitCode: 0 });
  await look();
  await deliver();
  expect(hooks()).toHaveLength(3);
  expect(JSON.parse(hooks()[2]!.body)).toMatchObject({
    reason: 'repeat',
    alerts: [{ notification: 2, acknowledgedBy: null }],
  });
  await ack('all', '--by', 'anna');

  await pullChanges(harness.context(), customers, noStop());
  await look();
  shop.clock.advance(5 * 60_000);
  await look();
  await look();
  await deliver();
  expect(
    hooks()
      .slice(3)
      .map(({ body }) => JSON.parse(body) as object),
  ).toMatchObject([
    {
      status: 'resolved',
      reason: 'resolved',
      summary: expect.stringMatching(/^PullOverdue is over after /),
      alerts: [
        {
          alert: 'PullOverdue',
          notification: 3,
          durationSeconds: expect.closeTo(306 * 60, -2),
          acknowledgedBy: 'anna',
        },
      ],
    },
  ]);
  expect(receiver.received.at(-1)?.path).toMatch(/^\/hook/);

  // Nothing of what is secret is stored or shown.
  const { rows } = await database.pool.query<{ text: string }>(
    'select to_jsonb(d)::text as text from sync.alert_deliveries d union all select to_jsonb(a)::text from sync.alerts a',
  );
  expect(rows.map(({ text }) => text).join()).not.toMatch(/-secret/);
  const listed = await runCommand(['alerts'], variables);
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✓ +PullOverdue +customers/) });
});

test('a receiver that refuses for good is not asked again, and that is told', async () => {
  const harness = await startFilled(5);
  const receiver = await startReceiver();
  receiver.status = 404;
  const options = alertOptions(parseConfig({ ...shopVariables, ALERT_WEBHOOK_URL: receiver.url }))!;
  const daemon = { ...harness.context(), database: harness.copy.database };
  await harness.store.pauses.put({
    shop: 'test',
    entity: 'all',
    kind: 'all',
    by: 'anna',
    why: 'PHP',
    until: null,
  });
  harness.shop.clock.advance(48 * 3_600_000);
  await lookForAlerts(daemon, options);
  harness.shop.clock.advance(60_000);
  await lookForAlerts(daemon, options);
  await deliverAlerts(daemon, options.channels);
  await harness.copy.database.pool.query('update sync.alert_deliveries set due_at = now()');
  await deliverAlerts(daemon, options.channels);
  expect(
    receiver.received.flatMap(({ body }) =>
      (JSON.parse(body) as { alerts: { alert: string }[] }).alerts.map(({ alert }) => alert),
    ),
  ).toEqual(['PausedLong']);
  const listed = await runCommand(['alerts'], { ...shopVariables, DATABASE_URL: harness.copy.url });
  expect(listed).toMatchObject({
    exitCode: 3,
    stdout: expect.stringMatching(/PausedLong[\s\S]*answers 404\. Given up\./),
  });
});

test('a refused sign-in is told, without what follows from it', async () => {
  const harness = await startFilled(5);
  const receiver = await startReceiver();
  const options = alertOptions(parseConfig({ ...shopVariables, ALERT_WEBHOOK_URL: receiver.url }))!;
  const daemon = { ...harness.context(), database: harness.copy.database };
  await pullChanges(harness.context(), customers, noStop());
  harness.shop.clock.advance(3_600_000);
  const refused = await runCommand(['sign-in'], {
    ...shopVariables,
    MAGENTO_BASE_URL: harness.shop.url,
    DATABASE_URL: harness.copy.url,
  });
  expect(refused.exitCode).toBe(1);
  expect(await lookForAlerts(daemon, options)).toEqual([]);
  harness.shop.clock.advance(60_000);
  expect(await lookForAlerts(daemon, options)).toMatchObject([
    {
      severity: 'critical',
      summary: expect.stringContaining('refuses'),
      alerts: [{ alert: 'SignInRefused', following: [{ alert: 'PullOverdue', subject: 'customers' }] }],
    },
  ]);
  harness.shop.clock.advance(10 * 60_000);
  expect(await lookForAlerts(daemon, options)).toEqual([]);
  const listed = await runCommand(['alerts'], { ...shopVariables, DATABASE_URL: harness.copy.url });
  expect(listed.stdout).toMatch(/✕ +SignInRefused.*\n↳ +PullOverdue +customers/);
});

test('settings that cannot be used are told, without what follows from them', async () => {
  const harness = await startFilled(5);
  const receiver = await startReceiver();
  const options = alertOptions(parseConfig({ ...shopVariables, ALERT_WEBHOOK_URL: receiver.url }))!;
  const daemon = { ...harness.context(), database: harness.copy.database };
  await pullChanges(harness.context(), customers, noStop());
  harness.shop.clock.advance(3_600_000);
  const found = [misconfigured('test', 'shops.yaml:5:23 no secret'), configRefused('shops.yaml:\n  line 7')];
  const look = () => lookForAlerts(daemon, { ...options, alsoHolds: () => found });
  expect(await look()).toEqual([]);
  harness.shop.clock.advance(10 * 60_000);
  expect(await look()).toMatchObject([
    {
      severity: 'critical',
      alerts: [
        {
          alert: 'Misconfigured',
          summary: expect.stringContaining('shops.yaml:5:23 no secret'),
          following: [{ alert: 'PullOverdue' }],
        },
        {
          alert: 'ConfigRefused',
          severity: 'warning',
          summary: expect.stringContaining('shops.yaml: line 7'),
        },
      ],
    },
  ]);
  found.length = 0;
  expect(await look()).toEqual([]);
  harness.shop.clock.advance(6 * 60_000);
  expect(await look()).toMatchObject([
    { reason: 'resolved', alerts: [{ alert: 'Misconfigured' }, { alert: 'ConfigRefused' }] },
    { reason: 'new', alerts: [{ alert: 'PullOverdue' }] },
  ]);
});

test('of several shops a monitor is told once, and that all are well only when all are', async () => {
  const receiver = await startReceiver();
  const config = parseConfig({ ...shopVariables, ALERT_HEARTBEAT_URL: `${receiver.url}/alive` });
  using heartbeat = shareHeartbeat(
    config,
    createLogger({ level: 'silent', format: 'json', destination: { write: () => {} } }),
    5,
  );
  const paths = () => receiver.received.map(({ path }) => path);
  heartbeat.note('de', false);
  heartbeat.note('eu', true);
  await expect.poll(paths).toContain('/alive/fail');
  expect(paths()).not.toContain('/alive');
  heartbeat.note('de', true);
  await expect.poll(paths).toContain('/alive');
});
