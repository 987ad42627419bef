/** Pages of a login or of an error, by the words in their paths. */
const LOGIN_PAGE = /(log-?in|sign-?in|sso|saml|oauth2|auth|account)([/.?_-]|$)/i;

/**
 * What an answer that redirects means, and what to do about it.
 *
 * Redirects are never followed: credentials would go where nobody has sent them, and a signature is of one address.
 *
 * @param from the address that was asked for
 * @param location as the header says it; `undefined` when it is missing
 */
export function explainRedirect(from: string, location: string | undefined): string {
  const asked = new URL(from);
  const target = location !== undefined && URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (target === undefined) {
    return 'without saying where to. Something before the shop may have answered: check baseUrl.';
  }
  const route = routeOf(asked.pathname);
  const base = asked.pathname.slice(0, asked.pathname.length - route.length);
  // Without the query, which may hold what was asked for.
  const to = `to ${target.origin}${target.pathname}`;
  const isSameRoute = target.pathname.endsWith(route);
  const proposal = `${target.origin}${isSameRoute ? target.pathname.slice(0, -route.length) : base}`.replace(
    /\/+$/,
    '',
  );

  if (target.origin === asked.origin) {
    if (target.pathname === asked.pathname) {
      return "to the same address: a protection against bots that sets a cookie first, or a loop of redirects. Exempt the paths /rest, /soap and /oauth, or this machine's address, from it.";
    }
    if (target.pathname.replace(/\/+$/, '') === asked.pathname.replace(/\/+$/, '')) {
      return `${to}: a rule of the web server that adds or removes a slash at the end. Exempt the paths /rest, /soap and /oauth from it.`;
    }
    if (isSameRoute) return `${to}. Set baseUrl to ${proposal}.`;
    return elsewhere(to, target.pathname);
  }
  if (!isSameRoute && LOGIN_PAGE.test(target.pathname)) return elsewhere(to, target.pathname);
  if (target.host === asked.host && asked.protocol === 'https:') {
    return `${to}, from https to http: the web server does not know that it was asked by https. Let the proxy before it send X-Forwarded-Proto: https, and Magento know that header (web/secure/offloader_header).`;
  }
  return `${to}. Set baseUrl to ${proposal}.`;
}

function elsewhere(to: string, path: string): string {
  return LOGIN_PAGE.test(path)
    ? `${to}, a login page: a module, a proxy or a single sign-on before the shop lets nobody else in. Exempt the paths /rest, /soap and /oauth from it.`
    : `${to}, which is no address of the API: a rule of the web server, of a firewall or of a module. Exempt the paths /rest, /soap and /oauth from it.`;
}

/** The part of a path that belongs to the API; all of it where there is none, as in the cloud. */
function routeOf(path: string): string {
  return /\/(?:rest|soap|oauth)(?:\/.*)?$/.exec(path)?.[0] ?? path;
}
