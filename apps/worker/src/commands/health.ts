import { parseStorageConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { isAlive, lastSignOfLifeMs } from '../signs-of-life.ts';
import type { CommandDefinition } from './command.ts';

/** `magento-sync health` */
export const healthCommand: CommandDefinition = {
  name: 'health',
  summary: 'say whether a daemon is alive on this machine',
  description:
    'For the health check of a container: exits with 0 when a daemon of this shop is alive in it, else with 1. It asks\n' +
    'neither PostgreSQL nor the shop nor a port; whether the copy is fresh is told by "status --check" and /readyz.',
  options: (command) => command.option('--json', 'print the finding as JSON'),
  async run(options, { environment, output }) {
    const { shop } = parseStorageConfig(environment);
    if (!shop) {
      throw new UsageError(
        'Say which shop is meant: set MAGENTO_SHOP to its short name, or MAGENTO_BASE_URL to its address.',
      );
    }
    const silentMs = await lastSignOfLifeMs(shop);
    const alive = isAlive(silentMs);
    if (options['json']) output.json({ shop, alive, silentMs: silentMs ?? null });
    else if (alive) output.line(`${shop}: the daemon is alive.`);
    else if (silentMs === undefined) output.line(`${shop}: no daemon runs here.`);
    else output.line(`${shop}: the daemon has been silent for ${formatDuration(silentMs)}.`);
    return alive ? exitCodes.success : exitCodes.failure;
  },
};
