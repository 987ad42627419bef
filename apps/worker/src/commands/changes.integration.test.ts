import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { openDatabase } from '@magento-sync/db';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startRestartablePostgres } from '../../../../tests/services/postgres-server.ts';
import { program } from '../../../../tests/services/program.ts';
import { type CliProcess, runSuccessfully as run, runCommand, startCli } from '../../testing/cli-process.ts';
import { environmentOf, query, startCliShop } from '../../testing/cli-shop.ts';
import { startShopAndCopy } from '../../testing/shop-and-copy.ts';
import { systemClock } from '../clock.ts';
import { createStore } from '../store.ts';
import { prune } from '../sync/feed/prune.ts';

const patience = { interval: 50 };

interface Entry {
  position: number;
  id: number;
  operation: string;
  changedFields: string[];
}

/** What stands on whole lines; the last line of a killed process may be cut. */
function entriesOf(text: string): Entry[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

test('a consumer is told what happens after it came, each change once while nothing goes wrong', async () => {
  const { shop, environment } = await startCliShop();
  const [first, second] = shop.customers.ids();
  const changes = async (...options: string[]) => entriesOf(await run(['changes', ...options], environment));
  await run(['backfill'], environment);
  expect(await changes('--consumer', 'crm')).toEqual([]);

  shop.customers.save(first!, { firstname: 'Ada' });
  await run(['pull'], environment);
  shop.customers.remove(second!);
  await run(['reconcile'], environment);
  const told = await changes('--consumer', 'crm');
  expect(told).toMatchObject([
    { entity: 'customers', id: first, operation: 'update', changedFields: ['firstname'], cause: 'pull' },
    { entity: 'customers', id: second, operation: 'delete', cause: 'reconcile' },
  ]);
  expect(await changes('--consumer', 'crm')).toEqual([]);
  expect(await changes('--from', String(told[0]!.position))).toEqual([told[1]]);
  expect(await changes('--from', 'now')).toEqual([]);
  // Without a consumer everything that is kept: the inserts of the backfill first.
  const all = await changes();
  expect(all.map(({ operation }) => operation)).toEqual([
    ...Array<string>(40).fill('insert'),
    'update',
    'delete',
  ]);
  const text = await run(['changes', '--from', String(told[0]!.position), '--text'], environment);
  expect(text).toMatch(/^\d+ {2}\S+Z {2}delete customers \d+ \(reconcile\)\n$/);
});

test('a consumer that is killed goes on where it was while two daemons write: nothing is missing, all in order', async () => {
  const { shop, environment, query: ask } = await startCliShop({ population: { customers: 300 } });
  const fast = { ...environment, QUEUE_URL: inject('redisUrl'), PULL_EVERY: '1s', MAGENTO_PAGE_SIZE: '20' };
  await run(['backfill'], fast);
  const ids = shop.customers.ids();
  const seen: Entry[] = [];
  let edits = 0;
  const edit = () => {
    for (const id of ids.slice(0, 20)) shop.customers.save(id, { lastname: `Edit ${(edits += 1)}` });
  };
  const follow = (...from: string[]) => startCli(['changes', '--consumer', 'crm', '--follow', ...from], fast);
  const untilTold = (reader: CliProcess) =>
    expect
      .poll(() => {
        edit();
        return reader.stdout.split('\n').length;
      }, patience)
      .toBeGreaterThan(40);
  const daemon = () => startCli(['daemon'], fast);
  const [killed] = await Promise.all([follow('--from', '0'), daemon(), daemon()]);
  await untilTold(killed);
  killed.kill('SIGKILL');
  await killed.ended;
  seen.push(...entriesOf(killed.stdout));
  const reader = await follow();
  await untilTold(reader);
  const head = async () => (await ask('select max(position)::int as head from sync.outbox'))[0]!['head'];
  await expect
    .poll(async () => {
      const last = await head();
      return entriesOf(reader.stdout).some(({ position }) => position === last);
    }, patience)
    .toBe(true);
  reader.kill('SIGINT');
  expect(await reader.ended).toBe(130);
  seen.push(...entriesOf(reader.stdout));

  const upTo = Math.max(...seen.map(({ position }) => position));
  const feed = await ask(
    `select position::int, entity_id::int as id from sync.outbox where position <= ${upTo} order by 1`,
  );
  const firstSeen = [...new Map(seen.map(({ position, id }) => [position, { position, id }])).values()];
  expect(firstSeen).toEqual(feed);
  expect(new Set(feed.map(({ id }) => id)).size).toBe(300);
});

test('a consumer that pruning has overtaken is told so, with the command that goes on', async () => {
  const { shop, url, environment, query: ask } = await startCliShop();
  await run(['backfill'], environment);
  await run(['changes', '--consumer', 'crm'], environment);
  for (const firstname of ['One', 'Two']) {
    shop.customers.save(shop.customers.ids()[0]!, { firstname });
    await run(['pull'], environment);
  }
  await ask(
    `update sync.outbox set recorded_at = now() - interval '8 days' where position < (select max(position) from sync.outbox)`,
  );
  await using database = await openDatabase({ url });
  const context = { shop: environment['MAGENTO_SHOP']!, store: createStore(database), clock: systemClock };
  const week = 7 * 86_400_000;
  expect(await prune(context, { historyMs: week, feedMs: week, runsMs: week })).toMatchObject({ feed: 41 });

  const overtaken = await runCommand(['changes', '--consumer', 'crm'], environment);
  expect(overtaken.exitCode).toBe(1);
  const goOn = /"magento-sync (changes --consumer crm --from \d+)"/.exec(overtaken.stderr)?.[1];
  expect(overtaken.stderr).toMatch(/^magento-sync: Consumer crm was overtaken: .* CHANGE_FEED_KEPT/);
  expect(entriesOf(await run(goOn!.split(' '), environment))).toHaveLength(1);
  expect(await run(['changes', '--consumer', 'crm'], environment)).toBe('');
});

test('a reader that has seen enough ends the command in order', async () => {
  const { environment } = await startCliShop({ population: { customers: 2_000 } });
  await run(['backfill'], environment);
  const script = '"$@" | head -n 2; echo "exit ${PIPESTATUS[0]}"';
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(
      'bash',
      ['--norc', '-c', script, 'bash', ...program, 'changes'],
      { env: { PATH: process.env['PATH'], ...environment }, cwd: tmpdir() },
      (_error, out, notes) => resolve({ stdout: out, stderr: notes }),
    );
  });
  const lines = stdout.trim().split('\n');
  expect(lines).toEqual([expect.stringContaining('insert'), expect.stringContaining('insert'), 'exit 0']);
  expect(stderr).toBe('');
});

test('a follower survives a restart of PostgreSQL and hears of what happens after it', async () => {
  const server = await startRestartablePostgres();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { shop } = await startShopAndCopy({ population: { customers: 10 } });
  const environment = environmentOf(shop, server.url);
  await run(['backfill'], environment);
  const reader = await startCli(['changes', '--consumer', 'crm', '--from', 'now', '--follow'], environment);
  const edit = async (firstname: string) => {
    shop.customers.save(shop.customers.ids()[0]!, { firstname });
    await run(['pull'], environment);
  };
  await expect.poll(() => query(server.url, 'select 1 from sync.outbox_consumers'), patience).toHaveLength(1);
  await edit('Before');
  await reader.untilOutput('firstname');
  await server.stop();
  await reader.untilOutput('waiting for it');
  await server.start();
  await reader.untilOutput('PostgreSQL is back');
  await edit('After');
  await expect.poll(() => entriesOf(reader.stdout), patience).toHaveLength(2);
  reader.kill('SIGTERM');
  expect(await reader.ended).toBe(130);
});

test.each([
  ['a position that is none', ['changes', '--from', '-1'], 'Give the position of an entry, or "now"'],
  ['a consumer that is none', ['changes', '--consumer', 'a b'], 'letters, digits'],
])('%s is refused with the reason', async (_what, args, sentence) => {
  const { exitCode, stderr } = await runCommand(args, { MAGENTO_SHOP: 'test' });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(sentence)]);
});
