import type { Config, ConnectionConfig } from '../config/config.ts';
import { secretUrl } from '../config/secret.ts';
import type { Logger } from '../logger.ts';
import { postTo } from './webhook.ts';

const beatEveryMs = 30_000;

/** The part of the configuration that says who is told. */
export type TellingConfig = Pick<Config, 'alerts'> & { readonly magento: Pick<ConnectionConfig, 'proxy'> };

/** Tells the monitor whether all is well; `undefined` where there is none. */
export function heartbeatOf({
  alerts: { heartbeatUrl },
  magento: { proxy },
}: TellingConfig): ((isWell: boolean) => Promise<void>) | undefined {
  if (!heartbeatUrl) return undefined;
  return (isWell) => {
    const url = isWell ? heartbeatUrl : secretUrl(`${heartbeatUrl.reveal().replace(/\/$/, '')}/fail`);
    return postTo({ url, proxy }, 'ALERT_HEARTBEAT_URL', '', {});
  };
}

/** One heartbeat for several shops. */
export interface SharedHeartbeat extends Disposable {
  /** Notes what a look at a shop has found. */
  readonly note: (shop: string, isWell: boolean) => void;
  readonly forget: (shop: string) => void;
}

/**
 * Tells the monitor every half minute whether all shops are well: each for itself would make it go up and down. While
 * nobody looks at any shop, for want of PostgreSQL for example, nothing is told.
 */
export function shareHeartbeat(config: TellingConfig, log: Logger, everyMs = beatEveryMs): SharedHeartbeat {
  const beat = heartbeatOf(config);
  const well = new Map<string, boolean>();
  let isNews = false;
  const beating = setInterval(() => {
    if (!beat || !isNews) return;
    isNews = false;
    beat([...well.values()].every(Boolean)).catch((error: unknown) =>
      log.warn({ err: error }, 'the monitor could not be told that the daemon is alive'),
    );
  }, everyMs);
  beating.unref();
  return {
    note(shop, isWell) {
      well.set(shop, isWell);
      isNews = true;
    },
    forget: (shop) => void well.delete(shop),
    [Symbol.dispose]: () => clearInterval(beating),
  };
}
