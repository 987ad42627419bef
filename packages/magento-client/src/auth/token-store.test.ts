import { expect, test } from 'vitest';
import { createMemoryTokenStore, type TokenRecord } from './token-store.ts';

const signal = new AbortController().signal;
const record = (logins: number): TokenRecord => ({
  failedLogins: Array.from({ length: logins }, () => ({ at: new Date(1), fingerprint: 'f', refused: true })),
  credentialsFingerprint: 'f',
});

test('changes of one key run one after the other and see what the one before stored', async () => {
  const store = createMemoryTokenStore();
  let running = 0;
  await Promise.all(
    Array.from({ length: 10 }, () =>
      store.update(
        'key',
        async (current) => {
          running += 1;
          expect(running).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return record((current?.failedLogins.length ?? 0) + 1);
        },
        signal,
      ),
    ),
  );
  expect(await store.read('key')).toEqual(record(10));
  expect(await store.read('other')).toBeUndefined();
});

test('a change that throws stores nothing but what it has kept, and does not block the next', async () => {
  const store = createMemoryTokenStore();
  await store.update('key', async () => record(1), signal);
  await expect(store.update('key', () => Promise.reject(new Error('down')), signal)).rejects.toThrow('down');
  expect(await store.read('key')).toEqual(record(1));
  const keeping = store.update(
    'key',
    async (_, keep) => {
      await keep(record(4));
      throw new Error('killed');
    },
    signal,
  );
  await expect(keeping).rejects.toThrow('killed');
  expect(await store.read('key')).toEqual(record(4));
  await expect(
    store.update('key', async () => record(2), AbortSignal.abort(new Error('stop'))),
  ).rejects.toThrow('stop');
  await expect(store.update('key', async () => record(3), signal)).resolves.toEqual(record(3));
});
