import { chmod, chown, copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startPostgres } from '../../../../tests/services/postgres-server.ts';
import { DatabaseConnectionError, openDatabase } from '../index.ts';

const certificates = fileURLToPath(new URL('../../../../tests/services/tls/', import.meta.url));
const ca = join(certificates, 'ca.pem');
const otherCa = join(certificates, 'other-ca.pem');

let server: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  server = await startPostgres('18');
});
afterAll(() => server.stop());

/** The server's address by a host name, with parameters. */
function at(host: string, query: string): string {
  const url = new URL(server.url);
  url.hostname = host;
  url.search = query;
  return url.href;
}

/** Whether the connection is encrypted, or why there is none. */
async function connect(query: string, host = 'localhost'): Promise<boolean | Error> {
  try {
    await using database = await openDatabase({ url: at(host, query), maxConnections: 1 });
    const answer = await database.pool.query<{ ssl: boolean }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return answer.rows[0]?.ssl === true;
  } catch (error) {
    if (error instanceof DatabaseConnectionError) return error;
    throw error;
  }
}

/** Lets the server read certificate and key, both its own, and says how it lets others in. */
async function switchEncryptionOn(access: 'host' | 'hostssl'): Promise<void> {
  await using database = await openDatabase({ url: at('localhost', 'sslmode=prefer'), maxConnections: 1 });
  const { rows } = await database.pool.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  const folder = rows[0]?.folder ?? '';
  const owner = await stat(folder);
  for (const file of ['server.pem', 'server.key']) {
    await copyFile(join(certificates, file), join(folder, file));
    await chown(join(folder, file), owner.uid, owner.gid);
    await chmod(join(folder, file), 0o600);
  }
  const rules = join(folder, 'pg_hba.conf');
  await writeFile(rules, (await readFile(rules, 'utf8')).replaceAll(/^host(ssl)?(?=\s)/gm, access));
  await database.pool.query(`alter system set ssl_cert_file = 'server.pem'`);
  await database.pool.query(`alter system set ssl_key_file = 'server.key'`);
  await database.pool.query('alter system set ssl = on');
  await database.pool.query('select pg_reload_conf()');
}

describe('a server without encryption', () => {
  test.each(['', 'sslmode=disable', 'sslmode=prefer', 'sslmode=allow'])(
    '"%s" goes on without',
    async (query) => {
      expect(await connect(query)).toBe(false);
    },
  );
  test.each(['sslmode=require', 'sslmode=verify-full', 'sslmode=no-verify'])(
    '"%s" is told so',
    async (query) => {
      expect(await connect(query)).toMatchObject({
        message: expect.stringMatching(/does not offer encrypted connections.*sslmode=disable/),
      });
    },
  );
});

describe('a server with a certificate that this machine does not trust', () => {
  beforeAll(async () => {
    await switchEncryptionOn('hostssl');
    // The reload is heard by the server's first process, a moment later.
    await vi.waitUntil(async () => (await connect('sslmode=require')) === true, { timeout: 120_000 });
  });

  test.each([
    'sslmode=require',
    'sslmode=prefer',
    'sslmode=no-verify',
    `sslmode=verify-full&sslrootcert=${ca}`,
    `sslmode=verify-ca&sslrootcert=${ca}`,
    `sslmode=require&sslrootcert=${ca}`,
  ])('"%s" is encrypted, without a warning of the driver', async (query) => {
    const warned = vi.spyOn(process, 'emitWarning');
    expect(await connect(query)).toBe(true);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test.each([
    ['sslmode=verify-full', /issued by nobody that this machine trusts.*sslrootcert=.*sslmode=require/],
    [`sslmode=verify-full&sslrootcert=${otherCa}`, /issued by nobody that this machine trusts/],
    [`sslmode=require&sslrootcert=${otherCa}`, /issued by nobody that this machine trusts/],
    ['', /takes encrypted connections only; add sslmode=require/],
    ['sslmode=disable', /takes encrypted connections only; add sslmode=require/],
  ])('"%s" is told what helps', async (query, sentence) => {
    expect(await connect(query)).toMatchObject({
      message: expect.stringMatching(sentence),
      retryable: false,
    });
  });

  test('a certificate for another name counts for verify-ca only', async () => {
    expect(await connect(`sslmode=verify-full&sslrootcert=${ca}`, '127.0.0.1')).toMatchObject({
      message: expect.stringMatching(/made out to another name.*sslmode=verify-ca/),
    });
    expect(await connect(`sslmode=verify-ca&sslrootcert=${ca}`, '127.0.0.1')).toBe(true);
  });
});
