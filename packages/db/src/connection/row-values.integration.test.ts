import { inspect } from 'node:util';
import { entities } from '@magento-sync/entities';
import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import {
  createChangeRepository,
  createCheckpointRepository,
  createCredentialRepository,
  createEntityCopy,
  createHintRepository,
  createOutboxRepository,
  createQuarantineRepository,
  createReferenceRepository,
  createScheduleRepository,
  createTokenRepository,
  type Database,
} from '../index.ts';
import { sentRecord } from '../testing/customer-copy.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { createTestDatabase } from '../testing.ts';
import { inTransaction } from './transaction.ts';

const planted = 'jane.secret@example.com';

/** The error as the most talkative log would show it. */
async function shown(work: () => Promise<unknown>): Promise<string> {
  const error = await work().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(Error);
  return inspect(error, { depth: 20, showHidden: true, maxStringLength: null });
}

describeOnEveryPostgres('an error says nothing of the rows', (stage) => {
  test.each([
    ['a value that a column cannot hold', sql`select ${planted}::integer`, 'invalid input syntax'],
    ['a time that is none', sql`select ${`${planted}\nsecond line`}::timestamptz`, 'invalid input syntax'],
    [
      'a key that is taken',
      sql`insert into sync.shops (shop, base_url) select ${planted}, 'x' from generate_series(1, 2)`,
      'duplicate key value violates unique constraint "shops_pkey"',
    ],
    [
      'a value that is missing',
      sql`insert into sync.shops (shop) values (${planted})`,
      'null value in column "base_url"',
    ],
    ['a table that is missing', sql`select ${planted} from sync.nothing`, '"sync.nothing" does not exist'],
  ])('%s', async (_name, statement, says) => {
    const { database } = stage;
    const ways = [
      () => database.orm.execute(statement),
      () => inTransaction(database, (statements) => statements.execute(statement)),
    ];
    for (const way of ways) {
      const told = await shown(way);
      expect(told).toContain(says);
      expect(told).not.toContain(planted);
      expect(told).not.toContain('second line');
    }
  });
});

/** Everything that is written somewhere, with a secret or a person in it. */
function writesOf(database: Database): Record<string, () => Promise<unknown>> {
  const at = new Date('2026-06-01T00:00:00Z');
  const list = { shop: planted, readAt: at };
  const state = { afterId: 0, afterUpdatedAt: null, upToId: null, watermark: null };
  const open = { ...state, startedAt: null, completedAt: null };
  const key = { shop: planted, entity: 'x', kind: 'pull', range: 'all' } as const;
  const group = { id: 1, code: planted, taxClassId: 1, taxClassName: null, excludedWebsiteIds: [], raw: {} };
  const entry = { shop: planted, entity: 'x', id: 1, reason: planted };
  const checkpoints = createCheckpointRepository(database);
  const secret = { ciphertext: planted, keyId: 'k' };
  const records = [
    { id: 1, row: { email: planted }, raw: { planted }, sentHash: null, contentHash: '', children: {} },
  ];
  return {
    'a claim': () => checkpoints.claim(key, open),
    'a plan': () => checkpoints.planRanges({ ...key, ranges: [{ range: planted, state: open }] }),
    'a token': () =>
      createTokenRepository(database).withLock({ shop: 'x', name: planted }, async () => {
        throw new Error('not reached: the token is read first');
      }),
    credentials: () => createCredentialRepository(database).put('x', planted, secret),
    hints: () => createHintRepository(database).add('x', 'x', [{ id: 1, kind: 'changed' }], planted),
    'a place in the feed': () => createOutboxRepository(database).acknowledge('x', planted, 1n),
    'a consumer': () => createOutboxRepository(database).acknowledged('x', planted),
    'the history': () => createChangeRepository(database).prune(planted, at),
    quarantine: () => createQuarantineRepository(database).add({ ...entry, nextAttemptAt: at }),
    schedules: () => createScheduleRepository(database).replace(planted, []),
    groups: () => createReferenceRepository(database).replaceGroups({ ...list, records: [group] }),
    ...Object.fromEntries(
      entities.map((entity) => [
        `a page of ${entity.name}`,
        () =>
          createEntityCopy(database, entity).writePage({
            ...list,
            runId: 1,
            cause: 'pull',
            records: records.map(sentRecord),
            verified: true,
          }),
      ]),
    ),
  };
}

test('whatever a write fails of, its parameters stay out of the error', async () => {
  await using own = await createTestDatabase(inject('postgresUrls')['18']);
  await own.database.pool.query('drop schema magento, sync cascade');
  for (const [name, write] of Object.entries(writesOf(own.database))) {
    const told = await shown(write);
    expect(told, name).toMatch(/does not exist/);
    expect(told, name).not.toContain(planted);
  }
});

test('neither does a token that could not be stored', async () => {
  await using own = await createTestDatabase(inject('postgresUrls')['18']);
  const told = await shown(() =>
    createTokenRepository(own.database).withLock({ shop: 'x', name: 'admin' }, async () => {
      await own.database.pool.query('drop table sync.tokens');
      return {
        ciphertext: planted,
        keyId: 'k',
        obtainedAt: null,
        expiresAt: null,
        failedLogins: [],
        credentialsFingerprint: planted,
      };
    }),
  );
  expect(told).toMatch(/"sync.tokens" does not exist/);
  expect(told).not.toContain(planted);
});
