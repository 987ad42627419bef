import type { Authenticator } from '../auth/authenticator.ts';

/**
 * The session of a storefront customer: the cookie counts only together with `X-Requested-With:
 * XMLHttpRequest`, and only below `/rest`.
 *
 * Magento: module-customer/Model/Authorization/CustomerSessionUserContext.php, recordings/session.json.
 */
export const sessionAuthenticator: Authenticator = (request, shop) => {
  if (!request.path.startsWith('/rest/') || request.headers['x-requested-with'] !== 'XMLHttpRequest') {
    return undefined;
  }
  const sessionId = cookieNamed('PHPSESSID', request.headers['cookie'] ?? '');
  const id = sessionId === undefined ? undefined : shop.sessions.customerOf(sessionId);
  if (id === undefined || !shop.table.get(id)) return undefined;
  return { type: 'customer', id, resources: new Set(['self']) };
};

function cookieNamed(name: string, header: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
