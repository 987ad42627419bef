import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  GateRefusedError,
  LoginBreakerOpenError,
  MagentoError,
  MagentoNetworkError,
  MagentoResponseError,
  MagentoTimeoutError,
  PermissionError,
  ServerFault,
  UnexpectedPayloadError,
} from '../errors.ts';
import { createShopClock } from '../http/shop-clock.ts';
import { loginBreakerError } from './login-breaker.ts';
import { createTokenHolder, type ObtainedToken, type TokenHolderOptions } from './token-holder.ts';
import { createMemoryTokenStore, type TokenRecord, type TokenStore } from './token-store.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24, 12, 0, 0);
const signal = new AbortController().signal;

function jwt(issuedAt: number, expiresAt: number, mark = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ kid: '1', alg: 'HS256' })}.${part({ uid: 1, utypid: 2, iat: issuedAt / 1_000, exp: expiresAt / 1_000 })}.${mark}`;
}

const failedLogin = (status: number) => ({ status, method: 'POST', path: '/V1/integration/admin/token' });
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const refusedLogin = () => new AuthenticationError('no', failedLogin(401));
const refusalOf = (token: string, resources = 'Magento_Customer::customer') => ({
  headers: { authorization: `Bearer ${token}` },
  error: new PermissionError('no', { status: 401, method: 'GET', path: '/V1/x', parameters: { resources } }, [
    resources,
  ]),
});

function setUp(options: Partial<TokenHolderOptions> & { store?: TokenStore; now?: () => number } = {}) {
  const time = { now: START };
  const clock = createShopClock(options.now ?? (() => time.now));
  const store = options.store ?? createMemoryTokenStore();
  const logins: number[] = [];
  const behaviour: { login: () => Promise<ObtainedToken> } = {
    login: async () => ({ value: jwt(time.now, time.now + 60 * MINUTE, String(logins.length)) }),
  };
  const create = (fingerprint = 'same') =>
    createTokenHolder({
      key: 'account',
      store,
      clock,
      fingerprint: async () => fingerprint,
      assumedLifetimeMs: 4 * 60 * MINUTE,
      login: () => {
        logins.push(time.now);
        return behaviour.login();
      },
      ...options,
    });
  return { time, clock, store, logins, behaviour, create, holder: create() };
}

describe('one token', () => {
  test('is obtained once for all who ask at the same time', async () => {
    const { holder, logins } = setUp();
    const tokens = await Promise.all(
      Array.from({ length: 50 }, () => holder.get(new AbortController().signal)),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(logins).toHaveLength(1);
  });

  test('is shared by processes that share a store', async () => {
    const { create, logins } = setUp();
    const tokens = await Promise.all([create(), create(), create()].map((holder) => holder.get(signal)));
    expect(new Set(tokens).size).toBe(1);
    expect(logins).toHaveLength(1);
  });

  test('is renewed after four fifths of its life, and not before', async () => {
    const { holder, logins, time } = setUp();
    const first = await holder.get(signal);
    time.now = START + 48 * MINUTE - 1;
    expect(await holder.get(signal)).toBe(first);
    time.now = START + 48 * MINUTE;
    expect(await holder.get(signal)).not.toBe(first);
    expect(logins).toHaveLength(2);
  });

  test('without a readable end is taken to live for four hours', async () => {
    const { holder, logins, time, behaviour } = setUp();
    behaviour.login = async () => ({ value: 'abcdefghijklmnopqrstuvwxyz012345' });
    expect(await holder.refreshIfDue(signal)).toEqual({ expiresAt: new Date(START + 240 * MINUTE) });
    time.now = START + 191 * MINUTE;
    await holder.get(signal);
    expect(logins).toHaveLength(1);
    time.now = START + 192 * MINUTE;
    await holder.get(signal);
    expect(logins).toHaveLength(2);
  });

  test('ends by the clock of the shop, not by this machine’s', async () => {
    const { holder, clock, logins, time } = setUp();
    await holder.get(signal);
    clock.observe(new Date(START + 50 * MINUTE));
    time.now = START + 1;
    await holder.get(signal);
    expect(logins).toHaveLength(2);
  });

  test('that still lives is used while the shop cannot be asked for a new one', async () => {
    const { holder, behaviour, time } = setUp();
    const first = await holder.get(signal);
    behaviour.login = () => Promise.reject(new MagentoNetworkError('down'));
    time.now = START + 55 * MINUTE;
    expect(await holder.get(signal)).toBe(first);
    await expect(holder.refreshIfDue(signal)).rejects.toThrow('down');
    time.now = START + 60 * MINUTE;
    await expect(holder.get(signal)).rejects.toThrow('down');
  });

  test('one who gives up waiting does not end the login of the others', async () => {
    let finish: (token: ObtainedToken) => void = () => undefined;
    const { holder, behaviour, logins } = setUp();
    behaviour.login = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const controller = new AbortController();
    const impatient = holder.get(controller.signal);
    const patient = holder.get(signal);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await expect.poll(() => logins.length).toBe(1);
    finish({ value: 'token' });
    await expect(patient).resolves.toBe('token');
  });
});

describe('after a 401', () => {
  test('a new token is obtained, once for all who were refused', async () => {
    const { holder, logins } = setUp();
    const old = await holder.get(signal);
    const renewals = await Promise.all([1, 2, 3].map(() => holder.renew(signal, refusalOf(old))));
    expect(renewals).toEqual([true, true, true]);
    expect(logins).toHaveLength(2);
    expect(await holder.renew(signal, refusalOf(old))).toBe(true);
    expect(logins).toHaveLength(2);
  });

  test('a token that another process has renewed is taken over without a login', async () => {
    const { holder, create, logins } = setUp();
    const other = create();
    const old = await holder.get(signal);
    await other.get(signal);
    await other.renew(signal, refusalOf(old));
    expect(await holder.renew(signal, refusalOf(old))).toBe(true);
    expect(await holder.get(signal)).toBe(await other.get(signal));
    expect(logins).toHaveLength(2);
  });

  test('a missing right does not cause a login for every request', async () => {
    const { holder, logins, time } = setUp();
    await holder.renew(signal, refusalOf(await holder.get(signal)));
    for (let request = 0; request < 20; request += 1) {
      expect(await holder.renew(signal, refusalOf(await holder.get(signal)))).toBe(false);
    }
    expect(logins).toHaveLength(2);
    expect(await holder.renew(signal, refusalOf(await holder.get(signal), 'self'))).toBe(true);
    time.now += 2 * MINUTE;
    expect(await holder.renew(signal, refusalOf(await holder.get(signal)))).toBe(true);
  });
});

describe('refused logins', () => {
  test('the second try comes five minutes after the first, the third half an hour later, for every process', async () => {
    const { create, behaviour, logins, time } = setUp();
    behaviour.login = () => Promise.reject(refusedLogin());
    for (; time.now < START + 36 * MINUTE; time.now += 10_000)
      await expect(create().get(signal)).rejects.toBeInstanceOf(AuthenticationError);
    expect(logins).toEqual([START, START + 5 * MINUTE, START + 35 * MINUTE]);
  });

  test('the error of a login that is not tried repeats what the shop said to the last one, and until when', async () => {
    const { create, behaviour, store } = setUp();
    const said = new AuthenticationError('Your account is disabled (401)', failedLogin(401));
    behaviour.login = () => Promise.reject(new AuthenticationError('with advice', said.response));
    await expect(create().get(signal)).rejects.toThrow('with advice');
    const error = await failureOf(create().get(signal));
    expect(error).toBeInstanceOf(LoginBreakerOpenError);
    expect(error).toMatchObject({
      reason: 'refused',
      retryable: false,
      retryAt: new Date(START + 5 * MINUTE),
      retryAfterMs: 5 * MINUTE,
      message: expect.stringContaining(
        'before 2026-11-24T12:05:00.000Z: the shop refused the last one at 2026-11-24T12:00:00.000Z: Your account is disabled (401)',
      ),
    });
    const record = await store.read('account');
    expect(loginBreakerError(record!, START)?.message).toBe((error as Error).message);
    expect(loginBreakerError(record!, START + 5 * MINUTE)).toBeUndefined();
  });

  test('a person who asks is let in at once, and so is everybody after a success', async () => {
    const { create, behaviour, logins } = setUp();
    const good = behaviour.login;
    behaviour.login = () => Promise.reject(refusedLogin());
    await expect(create().get(signal)).rejects.toThrow('no');
    await expect(create().signIn({ evenIfItLocks: false }, signal)).rejects.toThrow('no');
    behaviour.login = good;
    await expect(create().get(signal)).rejects.toBeInstanceOf(LoginBreakerOpenError);
    await create().signIn({ evenIfItLocks: false }, signal);
    await create().get(signal);
    expect(logins).toHaveLength(3);
  });

  test('a person who asks again and again is stopped before the account is locked, unless it is wanted', async () => {
    const { create, behaviour, logins, time } = setUp();
    behaviour.login = () => Promise.reject(refusedLogin());
    for (let attempt = 0; attempt < 10; attempt += 1) {
      time.now += MINUTE;
      await expect(create().signIn({ evenIfItLocks: false }, signal)).rejects.toBeInstanceOf(
        AuthenticationError,
      );
    }
    expect(logins).toHaveLength(5);
    await expect(create().signIn({ evenIfItLocks: true }, signal)).rejects.toThrow('no');
    expect(logins).toHaveLength(6);
  });

  test.each([
    [
      'an answer that cannot be read',
      new UnexpectedPayloadError('text before the token', { path: '/x', retryable: true }),
    ],
    ['a web server’s own login', new GateRefusedError('a gate', failedLogin(401), 'Basic')],
    ['a firewall', new PermissionError('a wall', failedLogin(403), [])],
    ['a redirect', new MagentoResponseError('elsewhere', failedLogin(302))],
  ])('%s is none: three are free, then they wait longer and longer', async (_name, thrown) => {
    const { create, behaviour, logins, store, time } = setUp();
    behaviour.login = () => Promise.reject(thrown);
    for (; time.now < START + 25 * MINUTE; time.now += 20_000)
      expect(await failureOf(create().get(signal))).toBeInstanceOf(MagentoError);
    const minutes = logins.map((at) => Math.round((at - START) / 20_000) / 3);
    expect(minutes.slice(0, 3)).toEqual([0, 1 / 3, 2 / 3]);
    const waits = logins.slice(1).map((at, index) => (at - logins[index]!) / MINUTE);
    expect(waits.slice(2)).toEqual([1, 2, 4, 8]);
    const error = await failureOf(create().get(signal));
    expect(error).toMatchObject({ reason: 'without_token', retryable: true });
    expect((error as Error).message).toContain(thrown.message);
    // None was counted against the account: wrong passwords still have their tries.
    behaviour.login = () => Promise.reject(refusedLogin());
    await expect(create('other').get(signal)).rejects.toThrow('no');
    expect(
      (await store.read('account'))?.failedLogins.filter(({ counted }) => counted !== false),
    ).toHaveLength(1);
  });

  test('changed credentials are tried at once, but never more than four are refused in a window', async () => {
    const { create, behaviour, logins } = setUp();
    behaviour.login = () => Promise.reject(refusedLogin());
    for (const fingerprint of ['a', 'a', 'b', 'b', 'c', 'd', 'e', 'a']) {
      await expect(create(fingerprint).get(signal)).rejects.toBeInstanceOf(AuthenticationError);
    }
    expect(logins).toHaveLength(4);
  });

  test('two wrong passwords that alternate are tried no more often than one', async () => {
    const { create, behaviour, logins } = setUp();
    behaviour.login = () => Promise.reject(refusedLogin());
    for (const fingerprint of ['a', 'b', 'a', 'b', 'a', 'b']) {
      await expect(create(fingerprint).get(signal)).rejects.toBeInstanceOf(AuthenticationError);
    }
    expect(logins).toHaveLength(2);
  });

  test('whatever wrong passwords come, the account never sees five failures without half an hour between', async () => {
    const { create, behaviour, logins, time } = setUp();
    const tried: { fingerprint: string; at: number }[] = [];
    let fingerprint = '';
    behaviour.login = () => {
      tried.push({ fingerprint, at: time.now });
      return Promise.reject(tried.length % 3 === 0 ? new MagentoTimeoutError('lost') : refusedLogin());
    };
    let seed = 7;
    for (let attempt = 0; attempt < 3_000; attempt += 1) {
      seed = (seed * 16_807) % 2_147_483_647;
      fingerprint = 'abcd'[seed % 4]!;
      time.now += (seed % 97) * 1_000;
      await expect(create(fingerprint).get(signal)).rejects.toThrow(/no|lost|No login is tried/);
    }
    let inARow = 0;
    for (const [index, { at }] of tried.entries()) {
      inARow = index > 0 && at - tried[index - 1]!.at < 30 * MINUTE ? inARow + 1 : 1;
      expect(inARow).toBeLessThanOrEqual(4);
    }
    expect(logins.length).toBeGreaterThan(40);
  });

  test('lost answers alone never close the door to credentials that have opened the shop', async () => {
    const { holder, behaviour, logins, time } = setUp();
    await holder.get(signal);
    const { login } = behaviour;
    time.now += 61 * MINUTE;
    behaviour.login = () => Promise.reject(new MagentoTimeoutError('lost'));
    for (let attempt = 0; attempt < 20; attempt += 1)
      await expect(holder.get(signal)).rejects.toThrow('lost');
    behaviour.login = () => Promise.reject(refusedLogin());
    await expect(holder.get(signal)).rejects.toThrow('no');
    // Now they count all at once: the shop may have refused every one of them.
    await expect(holder.get(signal)).rejects.toBeInstanceOf(LoginBreakerOpenError);
    behaviour.login = login;
    time.now += 31 * MINUTE;
    await holder.get(signal);
    expect(logins).toHaveLength(23);
  });

  test('a process that is killed while it waits for the answer has counted its login', async () => {
    // Every process has locks of its own here: those of a killed one are free.
    const records = new Map<string, TokenRecord>();
    const store: TokenStore = {
      read: async (key) => records.get(key),
      update: (key, change) => change(records.get(key), async (record) => void records.set(key, record)),
    };
    const time = { now: START };
    let logins = 0;
    for (let restart = 0; restart < 10; restart += 1) {
      time.now += MINUTE;
      await new Promise<void>((dead) => {
        const login = () => {
          logins += 1;
          dead();
          return new Promise<never>(() => undefined);
        };
        setUp({ store, login, now: () => time.now })
          .holder.get(signal)
          .catch(() => dead());
      });
    }
    expect(logins).toBe(4);
  });

  test('right credentials after wrong ones open the door again', async () => {
    const { create, behaviour, store, logins } = setUp();
    const good = behaviour.login;
    behaviour.login = () => Promise.reject(refusedLogin());
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(create('bad').get(signal)).rejects.toBeInstanceOf(AuthenticationError);
    behaviour.login = good;
    await create('good').get(signal);
    expect(logins).toHaveLength(2);
    expect(await store.read('account')).toMatchObject({ failedLogins: [], credentialsFingerprint: 'good' });
  });

  test('lost answers to untried credentials are counted too, because the shop may have counted them', async () => {
    const { holder, behaviour, logins } = setUp();
    behaviour.login = () => Promise.reject(new MagentoTimeoutError('slow'));
    for (let attempt = 0; attempt < 20; attempt += 1)
      await expect(holder.get(signal)).rejects.toThrow(/slow|No login is tried/);
    expect(logins).toHaveLength(4);
  });

  test('a shop that fails is not held against proven credentials', async () => {
    const { holder, behaviour, logins, time } = setUp();
    await holder.get(signal);
    time.now += 61 * MINUTE;
    behaviour.login = () => Promise.reject(new ServerFault('broken', failedLogin(500)));
    for (let attempt = 0; attempt < 10; attempt += 1)
      await expect(holder.get(signal)).rejects.toThrow('broken');
    expect(logins).toHaveLength(11);
  });

  test('a shop that was never reached counts nothing', async () => {
    const { holder, behaviour, logins } = setUp();
    behaviour.login = () => Promise.reject(new MagentoNetworkError('down', { mayHaveArrived: false }));
    for (let attempt = 0; attempt < 20; attempt += 1)
      await expect(holder.get(signal)).rejects.toThrow('down');
    expect(logins).toHaveLength(20);
  });
});
