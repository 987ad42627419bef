import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { type ConsoleConfig, isLoopback } from '../config/console-config.ts';
import { ConsoleRefusal } from './request.ts';

/** Who a request says it is for, and from which page it was sent. */
export interface OriginRules {
  /** The host of a request; throws `ConsoleRefusal` for a host that is not ours. */
  hostOf(headers: IncomingHttpHeaders): string;
  /** Whether the way of the browser to us is encrypted. */
  isEncrypted(headers: IncomingHttpHeaders): boolean;
  /** Throws `ConsoleRefusal` when a form was not sent by one of our own pages. */
  checkSender(headers: IncomingHttpHeaders): void;
}

const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?)(?::\d{1,5})?$/i;

/**
 * The rules of one page.
 *
 * A name that an attacker makes point at this machine (DNS rebinding) is refused: numbers cannot be pointed elsewhere, and
 * a name must be that of CONSOLE_URL. Without a password only this machine's own names are taken, and nothing that came
 * through a proxy, which may stand on the way of anybody.
 */
export function originRules({ password, url }: Pick<ConsoleConfig, 'password' | 'url'>): OriginRules {
  const own = url === undefined ? undefined : new URL(url);
  const isOwn = (host: string) => own !== undefined && host.toLowerCase() === own.host;
  const cameThroughProxy = (headers: IncomingHttpHeaders) =>
    ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
      (name) => headers[name] !== undefined,
    );
  return {
    hostOf(headers) {
      const host = headers.host ?? '';
      const name = hostPattern.exec(host)?.[1] ?? '';
      const bare = name.replace(/^\[|\]$/g, '');
      const taken = isLoopback(name) || (password !== undefined && isIP(bare) !== 0) || isOwn(host);
      if (name === '' || !taken) {
        throw new ConsoleRefusal(
          421,
          'Another address',
          'This page is not served under this name. Set CONSOLE_URL to the address under which people open it.',
        );
      }
      if (password === undefined && cameThroughProxy(headers)) {
        throw new ConsoleRefusal(
          403,
          'A password is needed',
          'This came through a proxy, which opens the page to others: set CONSOLE_PASSWORD, and CONSOLE_URL to the address of the proxy.',
        );
      }
      return host;
    },

    isEncrypted(headers) {
      if (own?.protocol !== 'https:') return false;
      // Many proxies put another host in; then the traces that they leave tell.
      return isOwn(headers.host ?? '') || cameThroughProxy(headers);
    },

    checkSender(headers) {
      const site = headers['sec-fetch-site'];
      const origin = headers.origin;
      // Browsers leave the former out on unencrypted ways to other machines, and the latter in old versions.
      if (site === 'same-origin') return;
      const expected = [...(own ? [own.origin] : []), `http://${headers.host ?? ''}`];
      if (site === undefined && origin !== undefined && expected.includes(origin.toLowerCase())) return;
      const proxy = own
        ? ''
        : ' Behind a proxy, set CONSOLE_URL to the address under which people open the page.';
      throw new ConsoleRefusal(
        403,
        'Not from this page',
        `The form was not sent from this page: the browser says "${site ?? origin ?? 'nothing'}" where "${expected[0] ?? ''}" is expected.${proxy}`,
      );
    },
  };
}
