import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { looksLikePostgres, readPostgresAddress } from './postgres-address.ts';
import { redactUrl } from './secret.ts';

/** What the driver makes of an address. */
function understood(text: string) {
  const { user, password, host, port, database } = new pg.Client({
    connectionString: readPostgresAddress(text),
  });
  return { user, password, host, port, database };
}

const place = { host: 'db.example.com', port: 5_432, database: 'sync' };

describe('spellings', () => {
  test.each([
    ['postgres://me:x@db.example.com:5432/sync'],
    ['postgresql://me:x@db.example.com/sync'],
    ['POSTGRES://me:x@db.example.com/sync'],
    ['postgresql+psycopg2://me:x@db.example.com/sync'],
    ['postgres+asyncpg://me:x@db.example.com/sync'],
    ['pgsql://me:x@db.example.com/sync?serverVersion=15&charset=utf8'],
    ['jdbc:postgresql://db.example.com/sync?user=me&password=x'],
    ['"postgres://me:x@db.example.com/sync"'],
    [` 'postgres://me:x@db.example.com/sync' `],
    [`psql 'postgresql://me:x@db.example.com/sync?channel_binding=require'`],
    ['host=db.example.com port=5432 dbname=sync user=me password=x'],
    [`host = db.example.com dbname='sync' user=me password = 'x'`],
    ['postgres://me:x@db.example.com/sync?schema=public&pgbouncer=true&connection_limit=1'],
    ['postgres://me:x@db.example.com/sync?application_name=other&max=1&statement_timeout=1'],
  ])('%s', (text) => {
    expect(looksLikePostgres(text)).toBe(true);
    expect(understood(text)).toEqual({ user: 'me', password: 'x', ...place });
  });

  test.each([
    ['postgres://me@/sync?host=/var/run/postgresql&port=5433', '/var/run/postgresql', 5_433],
    ['postgres://me@%2Fvar%2Frun%2Fpostgresql/sync', '/var/run/postgresql', 5_432],
    ['host=/var/run/postgresql dbname=sync user=me', '/var/run/postgresql', 5_432],
    ['postgres://me@[2001:db8::1]:6000/sync', '2001:db8::1', 6_000],
    ['postgres://me@/sync', 'localhost', 5_432],
    ['dbname=sync user=me', 'localhost', 5_432],
  ])('%s: its host and port', (text, host, port) => {
    expect(understood(text)).toMatchObject({ user: 'me', host, port, database: 'sync' });
  });

  const passwords = [
    'p#a/s?s@w:o%rd&1',
    'pa/ss',
    'pa%ss',
    'pa%zzss',
    'pa?ss',
    'pa#ss',
    'pa@ss',
    'pa@ss/word?x=1@y',
    'pa ss',
    'pa+ss',
    '%%%',
    `quote"d'`,
    '[brackets](and)!*',
    'back\\slash',
    'ünï€🙂',
    '$HOME&a=b;c',
    '@',
    '/',
    'a:b:c',
  ];
  test.each(passwords)('a password as it is: %s', (password) => {
    expect(understood(`postgres://me:${password}@db.example.com:5432/sync?sslmode=disable`)).toEqual({
      user: 'me',
      password,
      ...place,
    });
  });
  test.each(passwords)('a password that was encoded: %s', (password) => {
    const encoded = `postgres://me:${encodeURIComponent(password)}@db.example.com:5432/sync`;
    expect(understood(encoded)).toEqual({ user: 'me', password, ...place });
    // What was read once is read the same again.
    expect(readPostgresAddress(readPostgresAddress(encoded))).toBe(readPostgresAddress(encoded));
  });
  test.each(passwords)('a password as a keyword: %s', (password) => {
    const quoted = password.replace(/[\\']/g, '\\$&');
    expect(understood(`host=db.example.com user=me password='${quoted}' dbname=sync`)).toEqual({
      user: 'me',
      password,
      ...place,
    });
  });
});

describe('what cannot be used is said with the right spelling, and without the password', () => {
  test.each([
    ['mysql://me:geheim@db.example.com/sync', /must be an address such as postgres:\/\//],
    ['db.example.com/sync', /must be an address such as/],
    ['postgres://me:geheim@db example com/sync', /can't be understood/],
    ['postgres://me:geheim@db.example.com:99999/sync', /port that is none/],
    ['postgres://me:geheim@one:5433,two:5434/sync', /several servers.*postgres:\/\/me:\*\*\*@one:5433\/sync/],
    ['host=one,two dbname=sync user=me password=geheim', /several servers.*me:\*\*\*@one:5432/],
    ['service=mine password=geheim', /pg_service\.conf/],
    ['host=one password=geheim dbname', /can't be understood/],
    [
      'postgres://me:geheim@db.example.com/sync?sslmode=requir',
      /sslmode=requir, which is none of disable, allow/,
    ],
    ['postgres://me:geheim@db.example.com/sync?sslmod=require', /parameter sslmod, which is none; known are/],
    ['postgres://me:geheim@db.example.com/sync?ssl=maybe', /ssl=maybe; write sslmode=/],
    ['postgres://me:geheim@db.example.com/sync?sslmode=verify-ca', /sslrootcert=.*verify-full/],
    [
      'postgres://me:geheim@db.example.com/sync?sslmode=verify-full&sslrootcert=/no/ca.pem',
      /not there: sslrootcert=\/no\/ca\.pem/,
    ],
    ['postgres://me:geheim@db.example.com/sync?sslmode=require&sslcert=/no/c.pem', /not there: sslcert/],
  ])('%s', (text, sentence) => {
    expect(() => readPostgresAddress(text)).toThrow(sentence);
    expect(() => readPostgresAddress(text)).not.toThrow(/geheim/);
  });
});

describe('encryption', () => {
  const folder = mkdtempSync(join(tmpdir(), 'magento-sync-ca-'));
  const ca = join(folder, 'c a+.pem');
  writeFileSync(ca, 'certificate');
  const tls = (query: string) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    const url = readPostgresAddress(`postgres://me:x@db.example.com/sync${query}`);
    const { ssl } = new pg.Client({ connectionString: url });
    expect(warned).not.toHaveBeenCalled();
    return ssl;
  };

  test.each([
    ['', false],
    ['?sslmode=disable', false],
    ['?ssl=false', false],
    ['?sslmode=require', { rejectUnauthorized: false }],
    ['?sslmode=require&uselibpqcompat=true', { rejectUnauthorized: false }],
    ['?sslmode=REQUIRE', { rejectUnauthorized: false }],
    ['?sslmode=no-verify', { rejectUnauthorized: false }],
    ['?ssl=no-verify', { rejectUnauthorized: false }],
    ['?sslmode=prefer', { rejectUnauthorized: false }],
    ['?sslmode=verify-full', {}],
    ['?sslmode=verify-full&sslrootcert=system', {}],
    ['?ssl=true', {}],
    ['?ssl=1', {}],
    [`?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`, { ca: 'certificate' }],
    [`?sslrootcert=${encodeURIComponent(ca)}`, { ca: 'certificate' }],
    [
      `?sslmode=verify-ca&sslrootcert=${encodeURIComponent(ca)}`,
      { ca: 'certificate', checkServerIdentity: expect.any(Function) },
    ],
    [
      `?sslmode=require&sslrootcert=${encodeURIComponent(ca)}`,
      { ca: 'certificate', checkServerIdentity: expect.any(Function) },
    ],
  ])('%s', (query, expected) => {
    expect(tls(query)).toEqual(expected);
  });
});

test('the address is shown without its password', () => {
  const address = readPostgresAddress('postgres://me:ge@hei/m@/sync?host=/tmp');
  expect(address).toContain(encodeURIComponent('ge@hei/m'));
  expect(redactUrl(address)).toBe('postgres://me:***@%2Ftmp:5432/sync');
});
