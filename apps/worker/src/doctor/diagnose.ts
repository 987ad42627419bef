import { type Capability, createBudgetRepository, type Database } from '@magento-sync/db';
import { defaultEntities, entities } from '@magento-sync/entities';
import { inFreshLane } from '@magento-sync/magento-client';
import { revealAuth } from '../config/auth-config.ts';
import { type Config, describeSettings, shopNameOf } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { EnvironmentFile } from '../config/environment-file.ts';
import { warningsOf } from '../copy-state.ts';
import { describeFailure } from '../failure.ts';
import type { Logger } from '../logger.ts';
import { openShopBudget, type ShopBudget } from '../shop-budget/shop-budget.ts';
import { createShopClient, type ShopConnection } from '../shop-client.ts';
import { type Storage, withStorage } from '../storage.ts';
import { createStoredCredentials } from '../stored-credentials.ts';
import { alteredTables, alteredTablesWarning } from '../sync/warnings/altered-tables.ts';
import { createTokenCipher } from '../token-cipher.ts';
import { createTokenStore } from '../token-store.ts';
import { accessChecks, checkAccess, noAccess } from './access-check.ts';
import { checkAddress } from './address-check.ts';
import { checkConfiguration } from './configuration-check.ts';
import { checkConnections, connectionsCheck } from './connections-check.ts';
import { checkEnvironment } from './environment-check.ts';

import { type Finding, problem, skipped } from './finding.ts';
import { checkPostgres } from './postgres-check.ts';
import { checkQueueServer } from './queue-server-check.ts';
import { findSigningAddress } from './signing-check.ts';

/** Everything that was found, in the order in which it should be cured. */
export interface Diagnosis {
  readonly healthy: boolean;
  /** By variables, without secrets; absent when it cannot be used. */
  readonly configuration?: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** What is looked at. */
export interface DiagnosisSubject {
  readonly environment: Environment;
  /** Where some of it comes from. */
  readonly environmentFile: EnvironmentFile | undefined;
  /** Makes the log once the configuration is known to be sound. */
  readonly logOf: (config: Config) => Logger;
}

/** Makes every check that the ones before it allow. */
export async function diagnose(
  { environment, environmentFile, logOf }: DiagnosisSubject,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { config, findings: found } = checkConfiguration(environment);
  const findings = [...checkEnvironment(environment, environmentFile), ...found];
  if (!config) {
    const others = ['postgresql', connectionsCheck, 'queue', 'address', ...accessChecks(defaultEntities)];
    const rest = others.map((check) => skipped(check, 'the configuration comes first'));
    return { healthy: false, findings: [...findings, ...rest] };
  }
  const log = logOf(config);
  const all = [
    ...findings,
    ...(await checkStorage(config, log, signal, async (database, postgres) => {
      await using shared = database ? await takePart(config, database, log) : null;
      const connection = { ...config.magento, ...(shared ? { budget: shared.budget } : {}) };
      // Somebody waits for the answers.
      return await inFreshLane(async () => [
        // The cloud has no route for guests: there the sign-in tells.
        ...(config.magento.auth.kind === 'ims' ? [] : [await checkAddress(connection, log, signal)]),
        ...(await checkAccount({ config, connection, log }, database, postgres, signal)),
      ]);
    })),
  ];
  const healthy = all.every(({ outcome }) => outcome === 'ok');
  return { healthy, configuration: describeSettings(environment), findings: all };
}

async function checkStorage(
  config: Config,
  log: Logger,
  signal: AbortSignal,
  checkShop: (database: Database | undefined, postgres: Finding) => Promise<Finding[]>,
): Promise<Finding[]> {
  let opened = false;
  try {
    return await withStorage(config, { command: 'doctor', maxConnections: 2, log }, async (storage) => {
      opened = true;
      const postgres = await checkPostgres(storage.database, signal);
      const connections = await checkConnections(storage.database, config);
      const queue = await checkQueueServer(storage.queueUrl, storage.queueVariable);
      const shop = await checkShop(storage.database, postgres);
      return [postgres, connections, queue, ...shop, ...(await keptWarnings(storage, config.shop))];
    });
  } catch (error) {
    signal.throwIfAborted();
    if (opened) throw error;
    const postgres = problem('postgresql', describeFailure(error).sentence);
    const queue = config.queueUrl
      ? await checkQueueServer(config.queueUrl.reveal())
      : skipped('queue', 'it lives in the PostgreSQL of the copy, which comes first');
    const connections = skipped(connectionsCheck, 'PostgreSQL comes first');
    return [postgres, connections, queue, ...(await checkShop(undefined, postgres))];
  }
}

/** What earlier reads of the shop found that a person should look at, and what somebody has done to the tables. */
async function keptWarnings({ store }: Storage, shop: string): Promise<Finding[]> {
  // Before the first migration there is nothing.
  const known = await store.capabilities.all(shop).catch(() => new Map<string, Capability>());
  // The clocks were compared just now, and the tables looked at.
  known.delete('clock_difference');
  known.delete(alteredTables);
  const altered = await alteredTablesWarning({ store });
  return [
    ...(altered ? [problem(alteredTables, altered)] : []),
    ...[...warningsOf(known)].map(([name, warning]) => problem(name, warning)),
  ];
}

/** The request budget of all workers of the shop; `null` where its tables are not there, or cannot be written. */
function takePart(config: Config, database: Database, log: Logger): Promise<ShopBudget | null> {
  return openShopBudget({
    shop: config.shop,
    budgets: createBudgetRepository(database),
    limits: config.magento.budget,
    command: 'doctor',
    log,
  }).catch(() => null);
}

interface AccountSubject {
  readonly config: Config;
  readonly connection: ShopConnection;
  readonly log: Logger;
}

async function checkAccount(
  { config, connection, log }: AccountSubject,
  database: Database | undefined,
  postgres: Finding,
  signal: AbortSignal,
): Promise<Finding[]> {
  const chosen = entities.filter(({ name }) => config.entities.includes(name));
  if (!database || postgres.outcome !== 'ok') {
    // Without the count of refused logins, a doctor that is called again and again could lock the account.
    return accessChecks(chosen).map((check) =>
      skipped(check, 'PostgreSQL comes first: it keeps the count of refused logins'),
    );
  }
  const cipher = createTokenCipher(config.tokenEncryptionKeys);
  const { auth } = config.magento;
  try {
    const credentials =
      auth.kind === 'stored-integration'
        ? await createStoredCredentials(database, config.shop, cipher).load()
        : revealAuth(auth);
    await using magento = createShopClient(connection, {
      auth: credentials,
      tokenStore: createTokenStore(database, shopNameOf(config.magento.baseUrl), cipher),
      onRequest: (event) => log.debug({ ...event }, 'request'),
    });
    return await checkAccess(magento, chosen, signal, async (error) =>
      credentials.kind === 'integration'
        ? findSigningAddress(error, { connection, auth: credentials, log }, signal)
        : undefined,
    );
  } catch (error) {
    signal.throwIfAborted();
    return noAccess(chosen, error);
  }
}
