import { parseConfig } from '../config/config.ts';
import type { Environment } from '../config/environment-reader.ts';
import { readShopAddress } from '../config/shop-address.ts';
import { checkAddress } from '../doctor/address-check.ts';
import type { Logger } from '../logger.ts';

/** What was found out about an address that somebody typed. */
export interface TriedAddress {
  /** Magento answers there. */
  readonly works: boolean;
  /** What was found, with the cure. */
  readonly sentence: string;
  /** The address that is probably meant, when this one is not right. */
  readonly proposal?: string;
  readonly storeCode?: string;
}

/** Tries an address without signing in; proposes the right one where a mistake can be seen or guessed. */
export async function tryAddress(
  typed: string,
  environment: Environment,
  log: Logger,
  signal: AbortSignal,
): Promise<TriedAddress> {
  const read = readShopAddress(typed.trim());
  if ('problem' in read) {
    const proposal = /(?:write|for example|it without them, as) (https?:\/\/[^\s,]+)/.exec(read.problem)?.[1];
    const storeCode = /MAGENTO_STORE_CODE=(\w+)/.exec(read.problem)?.[1];
    return {
      works: false,
      sentence: `The address ${read.problem}.`,
      ...(proposal === undefined ? {} : { proposal }),
      ...(storeCode === undefined ? {} : { storeCode }),
    };
  }
  const { magento } = parseConfig({
    ...environment,
    MAGENTO_BASE_URL: typed.trim(),
    // Nothing is sent with the sign-in yet.
    MAGENTO_AUTH: 'bearer',
    MAGENTO_BEARER_TOKEN: 'none',
  });
  const { outcome, detail } = await checkAddress(magento, log, signal);
  if (outcome === 'ok') return { works: true, sentence: `${detail}.` };
  const proposal = /MAGENTO_BASE_URL(?:=| to )(https?:\/\/[^\s,;]+?)[.]?(?=[\s,;]|$)/.exec(detail)?.[1];
  return { works: false, sentence: detail, ...(proposal === undefined ? {} : { proposal }) };
}
