import { BlockList, isIP } from 'node:net';

/** Proxies by the scheme of the address that is called, and the addresses that are called without one. */
export interface ProxyOptions {
  /** For `http://` addresses, e.g. `http://user:password@proxy.example.com:3128`. */
  readonly http?: string;
  /** For `https://` addresses, reached by a tunnel through the proxy. */
  readonly https?: string;
  /**
   * Separated by commas or blanks: hosts and all names below them (`example.com`, `.example.com`, `*.example.com`), with
   * a port or without, IP addresses, IPv4 networks (`10.0.0.0/8`), or `*` for every address.
   */
  readonly none?: string;
}

/** The proxy that an address is called through; `undefined` when it is called directly. */
export function proxyFor(url: string, proxy: ProxyOptions | undefined): string | undefined {
  if (proxy === undefined) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const uri = protocol === 'https:' ? proxy.https : proxy.http;
  if (uri === undefined || uri === '') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  const entries = (proxy.none ?? '').split(/[,\s]+/).filter(Boolean);
  return entries.some((entry) => isMeant(entry.toLowerCase(), host, ownPort)) ? undefined : uri;
}

function isMeant(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const network = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(entry);
  if (network) return isIP(host) === 4 && isInside(host, network[1] ?? '', Number(network[2]));
  const bare = entry.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return host === bare;
  const [, name = '', wantedPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const suffix = name.replace(/^\*?\.+/, '');
  return host === suffix || host.endsWith(`.${suffix}`);
}

function isInside(address: string, network: string, prefix: number): boolean {
  if (isIP(network) !== 4 || prefix > 32) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, 'ipv4');
  return list.check(address, 'ipv4');
}
