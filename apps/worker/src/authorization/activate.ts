import { type IntegrationAuthOptions, searchCriteria } from '@magento-sync/magento-client';
import type { ShopConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { describeFailure } from '../failure.ts';
import type { Logger } from '../logger.ts';
import { createShopClient, type ShopConnection } from '../shop-client.ts';
import type { StoredCredentials } from '../stored-credentials.ts';
import type { AuthorizeOptions } from './authorize-options.ts';
import { awaitActivation } from './await-activation.ts';
import { activationAddresses, activationInstructions } from './instructions.ts';

/** What an activation works with. */
export interface ActivationContext {
  readonly config: ShopConfig;
  readonly connection: ShopConnection;
  readonly stored: StoredCredentials;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** An activation that has come to its end: the credentials are stored. */
export interface Activation {
  readonly shop: string;
  readonly storedAt: Date;
  /** Whether the new credentials read customers, and how many there are, or why not. */
  readonly check:
    | { readonly ok: true; readonly customers: number }
    | { readonly ok: false; readonly problem: string };
}

/**
 * Tells the administrator what to type, waits for the shop, stores the credentials and tries them.
 *
 * They are stored as soon as the shop has handed them out, which it does once: neither a crash nor Ctrl-C loses them.
 */
export async function activate(
  context: ActivationContext,
  options: AuthorizeOptions & { readonly onStep: (text: string) => void },
): Promise<Activation> {
  const { config, stored, log, signal } = context;
  const { host, publicUrl, onStep } = options;
  let called = false;
  await using guest = createShopClient(context.connection, {
    auth: { kind: 'guest' },
    onRequest: (event) => {
      log.debug({ ...event }, 'request');
      if (!called) onStep('The shop has called; exchanging the tokens.');
      called = true;
    },
  });
  const credentials = await awaitActivation(guest, {
    ...options,
    signal,
    onListening: (port) => {
      const addresses = activationAddresses({ host, port, publicUrl });
      onStep(activationInstructions(config.magento, addresses, { guessed: publicUrl === undefined }));
      onStep(
        `\nWaiting on ${host}:${port} for the shop, for ${formatDuration(options.timeoutMs)}; Ctrl-C ends it.`,
      );
    },
    onProgress: (sentence) => {
      called = false;
      onStep(sentence);
    },
    keep: async (received) => {
      await stored.save(received);
      onStep('The credentials are stored, encrypted; waiting for your browser to come back from the shop.');
    },
  });
  onStep('Trying the credentials.');
  const check = await tryCredentials(context, credentials);
  return { shop: config.shop, storedAt: new Date(), check };
}

/** The result for people, with the next step. */
export function activationAsText({ shop, check }: Activation): string {
  if (!check.ok) {
    return `The credentials of the shop ${shop} are stored, but they do not read customers yet. ${check.problem}`;
  }
  return [
    `The credentials of the shop ${shop} work: they read its ${check.customers} customers.`,
    'Next: set MAGENTO_AUTH=integration, keep TOKEN_ENCRYPTION_KEY, and run "magento-sync backfill" or start the daemon;',
    'one that is running uses the new credentials after a restart.',
  ].join('\n');
}

async function tryCredentials(
  { connection, log, signal }: ActivationContext,
  auth: IntegrationAuthOptions,
): Promise<Activation['check']> {
  await using client = createShopClient(connection, {
    auth,
    onRequest: (event) => log.debug({ ...event }, 'request'),
  });
  try {
    return { ok: true, customers: await client.customers.count(searchCriteria(), { signal }) };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, problem: describeFailure(error).sentence };
  }
}
