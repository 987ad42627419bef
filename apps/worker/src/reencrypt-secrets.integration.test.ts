import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCopy } from '../testing/shop-and-copy.ts';
import { Secret } from './config/secret.ts';
import { reencryptSecrets } from './reencrypt-secrets.ts';
import { createStoredCredentials, StoredCredentialsError } from './stored-credentials.ts';
import { createTokenCipher, type TokenCipher } from './token-cipher.ts';
import { createTokenStore } from './token-store.ts';

const signal = new AbortController().signal;
const newKey = () => new Secret(randomBytes(32).toString('base64'));
const cipherOf = (...keys: Secret[]) => createTokenCipher(keys)!;
const credentials = {
  kind: 'integration',
  consumerKey: 'c'.repeat(32),
  consumerSecret: 's'.repeat(32),
  accessToken: 'a'.repeat(32),
  accessTokenSecret: 't'.repeat(32),
} as const;
const record = {
  token: { value: 'a-token', obtainedAt: new Date(1_000), expiresAt: new Date(2_000) },
  failedLogins: [],
  credentialsFingerprint: 'fingerprint',
};

async function open(cipher: TokenCipher) {
  const { database } = await createCopy();
  await createTokenStore(database, 'shop', cipher).update('admin', async () => record, signal);
  await createStoredCredentials(database, 'shop', cipher).save(credentials);
  return database;
}

test('from the old key over both to the new one alone, nothing is lost', async () => {
  const [old, next] = [newKey(), newKey()];
  const database = await open(cipherOf(old));
  const { storedAt } = (await createStoredCredentials(database, 'shop', cipherOf(old)).describe())!;

  expect(await reencryptSecrets(database, cipherOf(next, old))).toBe(2);
  expect(await reencryptSecrets(database, cipherOf(next, old))).toBe(0);

  const alone = cipherOf(next);
  expect(await createTokenStore(database, 'shop', alone).read('admin')).toEqual(record);
  const stored = createStoredCredentials(database, 'shop', alone);
  expect(await stored.load()).toEqual(credentials);
  expect(await stored.describe()).toEqual({ storedAt, readable: true });
});

test('what no key opens stays as it is and says what to do', async () => {
  const old = newKey();
  const database = await open(cipherOf(old));
  const stranger = cipherOf(newKey());
  expect(await reencryptSecrets(database, stranger)).toBe(0);
  expect((await createTokenStore(database, 'shop', stranger).read('admin'))?.token).toBeUndefined();
  const unreadable = createStoredCredentials(database, 'shop', stranger);
  await expect(unreadable.load()).rejects.toThrow(StoredCredentialsError);
  expect(await unreadable.describe()).toMatchObject({ readable: false });
  expect(await createStoredCredentials(database, 'shop', cipherOf(old)).load()).toEqual(credentials);
});

test('credentials that were copied to another shop open nothing', async () => {
  const cipher = cipherOf(newKey());
  const database = await open(cipher);
  await database.pool.query(
    `insert into sync.credentials (shop, name, ciphertext, key_id)
     select 'other', name, ciphertext, key_id from sync.credentials`,
  );
  await expect(createStoredCredentials(database, 'other', cipher).load()).rejects.toThrow('another key');
});
