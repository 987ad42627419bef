import { createBudgetRepository, createShopRepository, migrate } from '@magento-sync/db';
import { inFreshLane } from '@magento-sync/magento-client';
import { activate, activationAsText } from '../authorization/activate.ts';
import { readAuthorizeOptions } from '../authorization/authorize-options.ts';
import { forgetStored, showStored } from '../authorization/stored-report.ts';
import { parseShopConfig, type ShopConfig } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import { variables } from '../config/variables.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import type { Logger } from '../logger.ts';
import { openShopBudget } from '../shop-budget/shop-budget.ts';
import type { ShopConnection } from '../shop-client.ts';
import { withStorage } from '../storage.ts';
import { createStoredCredentials, type StoredCredentials } from '../stored-credentials.ts';
import { createTokenCipher } from '../token-cipher.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';

/** `magento-sync authorize` */
export const authorizeCommand: CommandDefinition = {
  name: 'authorize',
  summary: 'get the credentials of an integration from the shop and store them encrypted',
  description:
    'Waits until an administrator activates the integration in Magento, receives its credentials and stores them\n' +
    'encrypted in PostgreSQL. MAGENTO_AUTH=integration uses them from then on.',
  notes:
    'Needs TOKEN_ENCRYPTION_KEY. Repeating it replaces what is stored. With --json the instructions go to standard error.',
  options: (command) =>
    command
      .option('--port <number>', 'port to wait on; 0 takes any free one', '8999')
      .option('--host <address>', 'network interface to wait on', '0.0.0.0')
      .option('--public-url <url>', 'address by which the shop reaches this command, e.g. of a reverse proxy')
      .option('--timeout <duration>', 'how long to wait for the administrator', '15m')
      .option('--show', 'say what is stored, without secrets, and end')
      .option('--remove', 'forget what is stored, and end')
      .option('--json', 'print the result as JSON'),
  async run(options, { environment, output }) {
    if (options['show'] && options['remove']) {
      throw new UsageError('--show and --remove exclude each other: give one of them.');
    }
    const wanted = readAuthorizeOptions(options);
    const config = parseShopConfig(environment);
    const asJson = options['json'] === true;
    const log = commandLogger(config, 'other');
    return interruptible(config, output, async ({ pause: signal }): Promise<ExitCode> => {
      if (options['show']) {
        await withStored(config, log, signal, (stored) => showStored(stored, config.shop, output, asJson));
        return exitCodes.success;
      }
      if (options['remove']) {
        await withStored(config, log, signal, (stored) => forgetStored(stored, config.shop, output, asJson));
        return exitCodes.success;
      }
      requireKey(config);
      const activation = await withStored(config, log, signal, (stored, connection) =>
        // Somebody waits for it.
        inFreshLane(() =>
          activate(
            { config, connection, stored, log, signal },
            { ...wanted, onStep: (text) => (asJson ? output.note(text) : output.line(text)) },
          ),
        ),
      );
      if (asJson) output.json(activation);
      else output.line(activationAsText(activation));
      return activation.check.ok ? exitCodes.success : exitCodes.failure;
    });
  },
};

async function withStored<T>(
  config: ShopConfig,
  log: Logger,
  signal: AbortSignal,
  use: (stored: StoredCredentials, connection: ShopConnection) => Promise<T>,
): Promise<T> {
  return withStorage(config, { command: 'authorize', maxConnections: 2, log }, async ({ database }) => {
    await migrate(database, { signal });
    await createShopRepository(database).register(config.shop, config.magento.baseUrl);
    await using shared = await openShopBudget({
      shop: config.shop,
      budgets: createBudgetRepository(database),
      limits: config.magento.budget,
      command: 'authorize',
      log,
    });
    return await use(
      createStoredCredentials(database, config.shop, createTokenCipher(config.tokenEncryptionKeys)),
      { ...config.magento, budget: shared.budget },
    );
  });
}

/** Said before anybody has typed anything into Magento. */
function requireKey({ tokenEncryptionKeys }: ShopConfig): void {
  if (tokenEncryptionKeys.length > 0) return;
  throw new ConfigurationError([
    {
      variable: 'TOKEN_ENCRYPTION_KEY',
      problem:
        'is missing (the credentials are stored encrypted only); make a key by "openssl rand -base64 32" and keep it',
      example: variables.TOKEN_ENCRYPTION_KEY.example,
    },
  ]);
}
