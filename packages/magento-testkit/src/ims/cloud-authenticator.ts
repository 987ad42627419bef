import type { Authenticator } from '../auth/authenticator.ts';

/**
 * A token of the identity service. Headers that name another client or organisation make it worthless.
 */
export const cloudAuthenticator: Authenticator = (request, { cloud }) => {
  const token = /^bearer (\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (!cloud || token === undefined || !cloud.identity.isValid(token)) return undefined;
  const { clientId, organizationId } = cloud.options;
  const isNamedRight = (header: string, expected: string) =>
    request.headers[header] === undefined || request.headers[header] === expected;
  if (!isNamedRight('x-api-key', clientId) || !isNamedRight('x-gw-ims-org-id', organizationId))
    return undefined;
  return { type: 'admin', id: 1, resources: 'all' };
};
