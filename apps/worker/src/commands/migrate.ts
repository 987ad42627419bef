import { migrate } from '@magento-sync/db';
import { parseStorageConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { withStorage } from '../storage.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { createProgress } from './progress.ts';

/** `magento-sync migrate` */
export const migrateCommand: CommandDefinition = {
  name: 'migrate',
  aboutShops: 'any',
  summary: 'bring the tables up to date',
  description:
    'Creates the tables in PostgreSQL or brings them up to date. The daemon, backfill and pull do so themselves;\n' +
    'use this command where only a deployment step may change tables.',
  options: (command) => command.option('--json', 'print the result as JSON'),
  async run(options, { environment, output }) {
    const config = parseStorageConfig(environment);
    const log = commandLogger(config, 'other');
    const progress = createProgress(output, options['json'] === true, 'migrations');
    const { applied } = await withStorage(config, { command: 'migrate', maxConnections: 2, log }, (storage) =>
      migrate(storage.database, {
        onPending: (migrations) => progress.start(null, 'migrate', migrations, 0),
        onApplied: () => progress.add({ rows: 1 }),
      }),
    ).finally(() => progress.stop());
    if (options['json']) output.json({ applied });
    else output.line(applied.length === 0 ? 'The tables are up to date.' : `Applied: ${applied.join(', ')}.`);
    return exitCodes.success;
  },
};
