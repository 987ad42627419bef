import { InvalidOptionsError } from '../errors.ts';

/** What somebody in front of the shop asks for: sent with every request to the shop, and to nobody else. */
export interface FrontOptions {
  /** User name and password of a web server's own login. */
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
  /** Further headers by their names; their values are secrets. */
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
}

/** Adds what is asked for in front of the shop. */
export interface Front {
  /** The headers of a request to `url`, those of the front included. */
  headersFor(url: string, headers: Readonly<Record<string, string>>): Record<string, string>;
  /** Texts that must show up nowhere. */
  readonly secrets: readonly string[];
  readonly hasBasicAuth: boolean;
}

/** Headers that the client sets itself: two of them would break requests or take the credentials away. */
const OWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'store',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Creates the front of a shop at `base`; throws `InvalidOptionsError` for headers that cannot be sent. */
export function createFront(options: FrontOptions, base: string): Front {
  const extra = Object.fromEntries(
    Object.entries(options.extraHeaders ?? {}).map(([name, value]) => [
      checkedName(name),
      checkedValue(name, value),
    ]),
  );
  const basic = options.basicAuth && encodeBasic(options.basicAuth);
  const secrets = [...Object.values(extra), ...(basic ? [basic, options.basicAuth?.password ?? ''] : [])];
  const isShop = (url: string) => url === base || url.startsWith(`${base}/`) || url.startsWith(`${base}?`);
  return {
    headersFor: (url, headers) =>
      isShop(url) ? { ...extra, ...headers, ...authorization(headers, basic) } : { ...headers },
    secrets: secrets.filter((secret) => secret !== ''),
    hasBasicAuth: basic !== undefined,
  };
}

/**
 * Both logins in the one header there is.
 *
 * Web servers read the first words of it, up to the padding of the base64 text, which is therefore always there.
 * Magento finds an OAuth signature anywhere in the header, but takes a bearer token only where it stands alone.
 * Magento: framework/Oauth/Helper/Request.php, module-webapi/Model/Authorization/TokenUserContext.php
 */
function authorization(
  headers: Readonly<Record<string, string>>,
  basic: string | undefined,
): Record<string, string> {
  if (basic === undefined) return {};
  const own = headers['authorization'];
  if (own === undefined) return { authorization: `Basic ${basic}` };
  return { authorization: `Basic ${basic.endsWith('=') ? basic : `${basic}=`}, ${own}` };
}

function encodeBasic({ username, password }: { username: string; password: string }): string {
  if (username.includes(':')) {
    throw new InvalidOptionsError('The user name of basicAuth must not hold a colon, which ends it.');
  }
  return Buffer.from(`${username}:${password}`).toString('base64');
}

function checkedName(name: string): string {
  const lower = name.toLowerCase();
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower)) {
    throw new InvalidOptionsError(`extraHeaders holds "${name}", which is no name of a header.`);
  }
  if (OWN_HEADERS.has(lower)) {
    throw new InvalidOptionsError(
      `extraHeaders must not hold ${name}, which the client sets itself.${lower === 'authorization' ? ' The login of a web server is given as basicAuth.' : ''}`,
    );
  }
  return lower;
}

function checkedValue(name: string, value: string): string {
  // Not quoted: it is a secret.
  if (!/^[\x20-\x7e\x80-\xff\t]*$/.test(value)) {
    throw new InvalidOptionsError(
      `The value of ${name} in extraHeaders holds a character that no header can carry.`,
    );
  }
  return value;
}
