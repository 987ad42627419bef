import { MagentoResponseError } from '@magento-sync/magento-client';
import type { ConnectionConfig } from '../config/config.ts';
import { describeFailure } from '../failure.ts';
import type { Logger } from '../logger.ts';
import { createShopClient } from '../shop-client.ts';
import { type Finding, ok, problem } from './finding.ts';

const check = 'address';

/** Asks for something that needs no rights, so that a wrong address is told from a wrong sign-in. */
export async function checkAddress(
  connection: ConnectionConfig,
  log: Logger,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    await using guest = createShopClient(connection, {
      auth: { kind: 'guest' },
      onRequest: (event) => log.debug({ ...event }, 'request'),
    });
    await guest.directory.currency({ signal });
  } catch (error) {
    signal.throwIfAborted();
    // A shop may close even this route; that it refuses in Magento's way proves what is asked here.
    const refused = error instanceof MagentoResponseError && (error.status === 401 || error.status === 403);
    if (!refused) return problem(check, describeFailure(error).sentence);
  }
  return ok(check, `Magento answers at ${connection.baseUrl}`);
}
