import { parseConfig } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { readShopAddress } from '../config/shop-address.ts';
import { answersAt, checkAddress } from '../doctor/address-check.ts';
import type { Logger } from '../logger.ts';

/** What was found out about an address that somebody typed. */
export interface TriedAddress {
  /** Magento answers there. */
  readonly works: boolean;
  /** What was found, with the cure. */
  readonly sentence: string;
  /** The address that is probably meant, when this one is not right. */
  readonly proposal?: string;
  /** The store view through which it answers; while nothing works yet, the one that stood in the address. */
  readonly storeCode?: string;
}

/**
 * Tries an address without signing in; proposes the right one where a mistake can be seen or guessed.
 *
 * A store view that stood in an address before is asked for only where nothing answers without it: the copy covers all.
 */
export async function tryAddress(
  typed: string,
  environment: Environment,
  log: Logger,
  signal: AbortSignal,
  storeCodeBefore?: string,
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
  if (outcome === 'ok') {
    const needless =
      storeCodeBefore === undefined
        ? ''
        : ` The store view "${storeCodeBefore}" needs no setting: the copy covers all of them.`;
    return { works: true, sentence: `${detail}.${needless}` };
  }
  const through = storeCodeBefore && { ...magento, storeCode: storeCodeBefore };
  if (through && (await answersAt(through, log, signal))) {
    const sentence = `Magento answers at ${magento.baseUrl}, but only through the store view "${storeCodeBefore}": MAGENTO_STORE_CODE=${storeCodeBefore}.`;
    return { works: true, sentence, storeCode: storeCodeBefore };
  }
  const storeCode = /MAGENTO_STORE_CODE=(\w+)/.exec(detail)?.[1];
  const proposal = /MAGENTO_BASE_URL(?:=| to )(https?:\/\/[^\s,;]+?)[.]?(?=[\s,;]|$)/.exec(detail)?.[1];
  return {
    works: false,
    sentence: detail,
    ...(proposal === undefined ? {} : { proposal }),
    ...(storeCode === undefined ? {} : { storeCode }),
  };
}
