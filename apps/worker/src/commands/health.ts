import { parseStorageConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { enabledShops } from '../shops-file/choose-shop.ts';
import { isAlive, lastSignOfLifeMs } from '../signs-of-life.ts';
import type { CommandDefinition } from './command.ts';
import { requireShopName } from './shop-name.ts';

/** `magento-sync health` */
export const healthCommand: CommandDefinition = {
  name: 'health',
  summary: 'say whether a daemon is alive on this machine',
  description:
    'For the health check of a container: exits with 0 when a daemon of this shop, or of every shop of SHOPS_FILE, is alive\n' +
    'in it, else with 1. It asks\n' +
    'neither PostgreSQL nor the shop nor a port; whether the copy is fresh is told by "status --check" and /readyz.',
  options: (command) => command.option('--json', 'print the finding as JSON'),
  async run(options, { environment, output }) {
    const path = environment['SHOPS_FILE']?.trim();
    if (path && options['shop'] === undefined) {
      return tell(await oldestOf(enabledShops(path).map(({ name }) => name)), options, output);
    }
    const shop = requireShopName(parseStorageConfig(environment));
    return tell({ shop, silentMs: await lastSignOfLifeMs(shop) }, options, output);
  },
};

interface SignOfLife {
  readonly shop: string;
  readonly silentMs: number | undefined;
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
