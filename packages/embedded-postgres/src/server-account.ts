import { createHash } from 'node:crypto';
import { access, chown, constants, cp, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';

/** The operating system account that PostgreSQL runs as; `undefined` means the account of this process. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Where root keeps what an unprivileged account can't reach inside root's own folders. */
const systemDirectory = '/var/lib/magento-sync';

/**
 * Chooses the account for the server: PostgreSQL refuses to run as root, so root hands it to an unprivileged account
 * that every system has, `postgres` where it exists, else `nobody`. No account is ever created.
 */
export async function chooseServerAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = passwd.match(new RegExp(`^${name}:[^\n]*$`, 'm'))?.[0].split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and this system has neither a user "postgres" nor a user "nobody" to run it as. ' +
      'Start as another user, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}

/** Returns a data folder that the account can reach, creating it; below root's private folders it is moved to /var/lib. */
export async function reachableDirectory(
  directory: string,
  account: ServerAccount | undefined,
): Promise<string> {
  if (!account) {
    await mkdir(directory, { recursive: true });
    return directory;
  }
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  const reachable = (await canTraverse(dirname(directory), account))
    ? directory
    : join(systemDirectory, name);
  await mkdir(reachable, { recursive: true });
  await chown(reachable, account.uid, account.gid);
  return reachable;
}

/** Returns binaries that the account can execute, copying them out of root's private folders where needed. */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<PostgresBinaries> {
  if (!account || (await canTraverse(binaries.installation, account))) return binaries;
  const name = createHash('sha256').update(binaries.installation).digest('hex').slice(0, 12);
  const installation = join(systemDirectory, `binaries-${name}`);
  const complete = join(installation, 'bin', 'postgres');
  if (!(await exists(complete))) {
    await cp(binaries.installation, installation, { recursive: true, verbatimSymlinks: true });
  }
  return { installation };
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** Says whether the account may pass every folder of the path; folders that do not exist yet do not count. */
async function canTraverse(path: string, account: ServerAccount): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (info) {
    const shift = info.uid === account.uid ? 6 : info.gid === account.gid ? 3 : 0;
    if (((info.mode >> shift) & 0o1) === 0) return false;
  }
  const parent = dirname(path);
  return parent === path ? true : canTraverse(parent, account);
}
