import { parseStorageConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { shopsFileOf } from '../shops-file/choose-shop.ts';
import { isAlive, lastSignOfLifeMs, signOfShops } from '../signs-of-life.ts';
import type { CommandDefinition } from './command.ts';
import { requireShopName } from './shop-name.ts';

/** `magento-sync health` */
export const healthCommand: CommandDefinition = {
  name: 'health',
  aboutShops: 'any',
  summary: 'say whether a daemon is alive on this machine',
  description:
    'For the health check of a container: exits with 0 when a daemon of this shop, or of all shops of SHOPS_FILE, is alive\n' +
    'in it, else with 1. It asks\n' +
    'neither PostgreSQL nor the shop nor a port; whether the copy is fresh is told by "status --check" and /readyz.',
  options: (command) => command.option('--json', 'print the finding as JSON'),
  async run(options, { environment, output }) {
    const path = shopsFileOf(environment);
    if (path && options['shop'] === undefined) return tell(await signOfFile(path), options, output);
    const shop = requireShopName(parseStorageConfig(environment));
    return tell({ shop, silentMs: await lastSignOfLifeMs(shop) }, options, output);
  },
};

interface SignOfLife {
  readonly shop: string;
  readonly silentMs: number | undefined;
}

/**
 * The daemon of the file, whatever the file says by now: one that works on with what it said before is alive. Where there
 * is none, each shop may have a daemon of its own.
 */
async function signOfFile(path: string): Promise<SignOfLife> {
  const silentMs = await lastSignOfLifeMs(signOfShops(path));
  if (silentMs !== undefined) return { shop: path, silentMs };
  const { readShops } = await import('../shops-file/read-shops.ts');
  const shops = readShops(path).filter(({ enabled }) => enabled);
  if (shops.length === 0) return { shop: path, silentMs };
  return oldestOf(shops.map(({ name }) => name));
}

/** Of several shops, the one whose daemon has been silent for longest. */
async function oldestOf(shops: readonly string[]): Promise<SignOfLife> {
  const signs = await Promise.all(
    shops.map(async (shop) => ({ shop, silentMs: await lastSignOfLifeMs(shop) })),
  );
  return signs.reduce((one, other) =>
    (other.silentMs ?? Number.POSITIVE_INFINITY) > (one.silentMs ?? Number.POSITIVE_INFINITY) ? other : one,
  );
}

function tell(
  { shop, silentMs }: SignOfLife,
  options: Readonly<Record<string, unknown>>,
  output: Output,
): ExitCode {
  const alive = isAlive(silentMs);
  if (options['json']) output.json({ shop, alive, silentMs: silentMs ?? null });
  else if (alive) output.line(`${shop}: the daemon is alive.`);
  else if (silentMs === undefined) output.line(`${shop}: no daemon runs here.`);
  else output.line(`${shop}: the daemon has been silent for ${formatDuration(silentMs)}.`);
  return alive ? exitCodes.success : exitCodes.failure;
}
