import { BlockList, isIP } from 'node:net';
import type { EnvironmentReader } from './environment-reader.ts';
import type { Secret } from './secret.ts';

/** Where the page is served, and who may see it. */
export interface ConsoleConfig {
  readonly host: string;
  readonly port: number;
  /** Of those who may act; `undefined` means that nobody has to sign in, which is possible on loopback only. */
  readonly password: Secret | undefined;
  /** Of those who may only look. */
  readonly viewerPassword: Secret | undefined;
  /** Address under which people open it, without a slash at its end; `undefined` when it is that of the port. */
  readonly url: string | undefined;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address or a host name means this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (/^localhost\.?$/i.test(bare)) return true;
  const version = isIP(bare);
  // An IPv4 address inside an IPv6 one is looked at as the former.
  return version !== 0 && loopback.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Reads the variables of the page; `undefined` when it is not served.
 *
 * Whoever can reach the page without a password can act on every shop, so that anything beyond this machine needs one.
 */
export function readConsole(
  reader: EnvironmentReader,
  port = reader.read('CONSOLE_PORT'),
): ConsoleConfig | undefined {
  const host = reader.require('CONSOLE_HOST') ?? '';
  const password = reader.read('CONSOLE_PASSWORD');
  const viewerPassword = reader.read('CONSOLE_VIEWER_PASSWORD');
  const url = reader.read('CONSOLE_URL');
  if (viewerPassword && !password) reader.require('CONSOLE_PASSWORD', 'CONSOLE_VIEWER_PASSWORD is set');
  if (viewerPassword && viewerPassword.reveal() === password?.reveal()) {
    reader.reject('CONSOLE_VIEWER_PASSWORD', 'must not be the same as CONSOLE_PASSWORD');
  }
  if (port === undefined) return undefined;
  if (port !== 0 && port === reader.read('HTTP_PORT')) {
    reader.reject('CONSOLE_PORT', 'must not be the same as HTTP_PORT, which is open to more people');
  }
  if (!password && !isLoopback(host)) {
    reader.require('CONSOLE_PASSWORD', `CONSOLE_HOST=${host} opens the page to other machines`);
  }
  if (!password && url && !isLoopback(new URL(url).hostname)) {
    reader.require('CONSOLE_PASSWORD', 'CONSOLE_URL opens the page to other machines');
  }
  return { host, port, password, viewerPassword, url: url?.replace(/\/+$/, '') };
}
