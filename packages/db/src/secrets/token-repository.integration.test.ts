import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createTokenRepository, LockLostError, type StoredToken } from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';

const failure = { at: '2026-06-01T12:00:00.000Z', fingerprint: 'f1', refused: true };
const token = (ciphertext: string | null, failedLogins: StoredToken['failedLogins'] = []): StoredToken => ({
  ciphertext,
  keyId: ciphertext === null ? null : 'key-1',
  obtainedAt: new Date('2026-06-01T12:00:00Z'),
  expiresAt: new Date('2026-06-01T13:00:00Z'),
  failedLogins,
  credentialsFingerprint: 'f1',
});

describeOnEveryPostgres('tokens', (stage) => {
  const open = () => ({
    key: { shop: stage.freshShop(), name: 'admin' },
    tokens: createTokenRepository(stage.database),
  });

  test('what a change returns is stored and handed to the next one', async () => {
    const { key, tokens } = open();
    expect(await tokens.read(key)).toBeUndefined();
    await tokens.withLock(key, async (current) => {
      expect(current).toBeUndefined();
      return token('first');
    });
    const changed = await tokens.withLock(key, async (current) => ({
      ...current!,
      failedLogins: [failure],
      ciphertext: null,
    }));
    expect(await tokens.read(key)).toEqual(changed);
    await tokens.remove(key);
    expect(await tokens.read(key)).toBeUndefined();
  });

  test('of many callers one at a time changes; nobody overwrites another', async () => {
    const { key, tokens } = open();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 25 }, () =>
        tokens.withLock(key, async (current) => {
          inside += 1;
          most = Math.max(most, inside);
          await stage.database.pool.query('select 1');
          inside -= 1;
          return token('t', [...(current?.failedLogins ?? []), failure]);
        }),
      ),
    );
    expect(most).toBe(1);
    expect((await tokens.read(key))?.failedLogins).toHaveLength(25);
  });

  test('a change that throws stores nothing and frees the lock', async () => {
    const { key, tokens } = open();
    await tokens.withLock(key, async () => token('kept'));
    await expect(tokens.withLock(key, () => Promise.reject(new Error('shop is down')))).rejects.toThrow(
      'shop is down',
    );
    expect(await tokens.withLock(key, async (current) => current!)).toMatchObject({ ciphertext: 'kept' });
  });

  test('what a change keeps survives its failure', async () => {
    const { key, tokens } = open();
    const broken = tokens.withLock(key, async (_, { keep }) => {
      await keep(token('kept', [failure]));
      throw new Error('shop is down');
    });
    await expect(broken).rejects.toThrow('shop is down');
    expect(await tokens.read(key)).toMatchObject({ ciphertext: 'kept', failedLogins: [failure] });
  });

  test('a token is put under another key, but never over a newer one', async () => {
    const { key, tokens } = open();
    await tokens.withLock(key, async () => token('old'));
    expect(await tokens.notEncryptedWith('key-2')).toContainEqual({
      ...key,
      ciphertext: 'old',
      keyId: 'key-1',
    });
    await tokens.reencrypt(key, 'older', { ciphertext: 'late', keyId: 'key-2' });
    expect(await tokens.read(key)).toMatchObject({ ciphertext: 'old' });
    await tokens.reencrypt(key, 'old', { ciphertext: 'new', keyId: 'key-2' });
    expect(await tokens.read(key)).toEqual({ ...token('new'), keyId: 'key-2' });
  });

  test('whoever waits can be called off; the others go on', async () => {
    const { key, tokens } = open();
    const entered = signal();
    const leave = signal();
    const holder = tokens.withLock(key, async () => {
      entered.fire();
      await leave.fired;
      return token('holder');
    });
    await entered.fired;
    const stop = new AbortController();
    const waiting = tokens.withLock(key, async () => token('never'), { signal: stop.signal });
    const calledOff = expect(waiting).rejects.toThrow('enough');
    const next = tokens.withLock(key, async (current) => token(`after ${current?.ciphertext}`));
    stop.abort(new Error('enough'));
    await calledOff;
    leave.fire();
    await holder;
    expect((await next).ciphertext).toBe('after holder');
  });

  test('a holder that is killed frees the lock and leaves the token as it was', async () => {
    const { key, tokens } = open();
    await tokens.withLock(key, async () => token('before'));
    const program = `
      import { createTokenRepository, openDatabase } from '@magento-sync/db';
      const tokens = createTokenRepository(await openDatabase({ url: process.env.TEST_DATABASE_URL }));
      await tokens.withLock(${JSON.stringify(key)}, async () => { console.log('held'); await new Promise(() => setInterval(() => {}, 1e6)); });
    `;
    const holder = spawn(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', program],
      {
        cwd: new URL('../..', import.meta.url),
        env: { ...process.env, TEST_DATABASE_URL: stage.url },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(holder.stdout, 'data');
    const next = tokens.withLock(key, async (current) => token(`after ${current?.ciphertext}`));
    // The holder's session and ours, which has asked and goes on asking.
    await expect
      .poll(async () => {
        const asked = await stage.database.pool.query(
          `select from pg_stat_activity where datname = current_database() and application_name like '% lock'
             and query like '%pg_try_advisory_lock%'`,
        );
        return asked.rowCount;
      })
      .toBe(2);
    holder.kill('SIGKILL');
    expect((await next).ciphertext).toBe('after before');
  });

  test('a holder whose connection is lost is told and stores nothing', async () => {
    const { key, tokens } = open();
    const lost = tokens.withLock(key, async (_, { signal: connectionLost }) => {
      await stage.database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%lock' and datname = current_database()`,
      );
      if (!connectionLost.aborted) await once(connectionLost, 'abort');
      return token('too late');
    });
    await expect(lost).rejects.toThrow(LockLostError);
    expect(await tokens.read(key)).toBeUndefined();
  });
});

function signal() {
  let fire: () => void = () => undefined;
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire: () => fire() };
}
