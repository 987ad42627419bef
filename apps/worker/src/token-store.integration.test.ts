import { randomBytes } from 'node:crypto';
import type { TokenRecord } from '@magento-sync/magento-client';
import { expect, test } from 'vitest';
import { createCopy } from '../testing/shop-and-copy.ts';
import { Secret } from './config/secret.ts';
import { createTokenCipher } from './token-cipher.ts';
import { createTokenStore } from './token-store.ts';

const signal = new AbortController().signal;
const record: TokenRecord = {
  token: { value: 'a-very-secret-token', obtainedAt: new Date(1_000), expiresAt: new Date(2_000) },
  failedLogins: [],
  credentialsFingerprint: 'fingerprint',
};

const open = async () => (await createCopy()).database;

const newKey = () => new Secret(randomBytes(32).toString('base64'));

test('two workers with the key share one token, and PostgreSQL never sees it', async () => {
  const database = await open();
  const key = newKey();
  const [one, other] = [0, 1].map(() => createTokenStore(database, 'shop', createTokenCipher([key])));
  let logins = 0;
  const login = async (current: TokenRecord | undefined) => {
    if (current?.token) return current;
    logins += 1;
    return record;
  };
  const updated = await Promise.all([one, other].map((store) => store!.update('admin', login, signal)));
  expect(updated).toEqual([record, record]);
  expect(logins).toBe(1);
  expect(await other!.read('admin')).toEqual(record);
  const { rows } = await database.pool.query('select tokens::text as row from sync.tokens');
  expect(JSON.stringify(rows)).not.toContain('a-very-secret-token');
});

test('a worker that has only the new key fetches a token of its own instead of failing', async () => {
  const database = await open();
  await createTokenStore(database, 'shop', createTokenCipher([newKey()])).update(
    'admin',
    async () => record,
    signal,
  );
  const { token, ...rest } = (await createTokenStore(database, 'shop', createTokenCipher([newKey()])).read(
    'admin',
  ))!;
  expect([token, rest.credentialsFingerprint]).toEqual([undefined, 'fingerprint']);
});

test('without a key the token stays in memory, but failed logins are known to everybody', async () => {
  const database = await open();
  const store = createTokenStore(database, 'shop', undefined);
  const failedLogins = [{ at: new Date(5_000), fingerprint: 'fingerprint', refused: true }];
  await store.update('admin', async () => ({ ...record, failedLogins }), signal);
  expect((await store.read('admin'))?.token?.value).toBe('a-very-secret-token');
  const restarted = await createTokenStore(database, 'shop', undefined).read('admin');
  expect(restarted).toEqual({
    failedLogins,
    credentialsFingerprint: 'fingerprint',
  });
  const { rows } = await database.pool.query('select ciphertext from sync.tokens');
  expect(rows).toEqual([{ ciphertext: null }]);
});
