import type { AuthOptions } from '@magento-sync/magento-client';
import type { EnvironmentReader } from './environment-reader.ts';
import type { Secret } from './secret.ts';

/** How the worker signs in, with every secret wrapped. */
export type AuthConfig =
  | { kind: 'admin'; username: string; password: Secret; totpSecret: Secret | undefined }
  | {
      kind: 'integration';
      consumerKey: string;
      consumerSecret: Secret;
      accessToken: Secret;
      accessTokenSecret: Secret;
    }
  | { kind: 'bearer'; token: Secret }
  | { kind: 'customer'; username: string; password: Secret }
  | { kind: 'session'; sessionId: Secret }
  | { kind: 'guest' }
  | { kind: 'ims'; clientId: string; clientSecret: Secret; organizationId: string };

type Kind = AuthConfig['kind'];

/** One reader per way to sign in; each reports what is missing and yields `undefined` then. */
const readers: { [K in Kind]: (reader: EnvironmentReader) => AuthConfig | undefined } = {
  admin(reader) {
    const reason = 'needed by MAGENTO_AUTH=admin';
    const username = reader.require('MAGENTO_USERNAME', reason);
    const password = reader.require('MAGENTO_PASSWORD', reason);
    const totpSecret = reader.read('MAGENTO_TOTP_SECRET');
    if (!username || !password) return undefined;
    return { kind: 'admin', username, password, totpSecret };
  },
  integration(reader) {
    const reason = 'needed by MAGENTO_AUTH=integration';
    const consumerKey = reader.require('MAGENTO_CONSUMER_KEY', reason);
    const consumerSecret = reader.require('MAGENTO_CONSUMER_SECRET', reason);
    const accessToken = reader.require('MAGENTO_ACCESS_TOKEN', reason);
    const accessTokenSecret = reader.require('MAGENTO_ACCESS_TOKEN_SECRET', reason);
    if (!consumerKey || !consumerSecret || !accessToken || !accessTokenSecret) return undefined;
    return { kind: 'integration', consumerKey, consumerSecret, accessToken, accessTokenSecret };
  },
  bearer(reader) {
    const token = reader.require('MAGENTO_BEARER_TOKEN', 'needed by MAGENTO_AUTH=bearer');
    return token && { kind: 'bearer', token };
  },
  customer(reader) {
    const reason = 'needed by MAGENTO_AUTH=customer';
    const username = reader.require('MAGENTO_USERNAME', reason);
    const password = reader.require('MAGENTO_PASSWORD', reason);
    if (!username || !password) return undefined;
    return { kind: 'customer', username, password };
  },
  session(reader) {
    const sessionId = reader.require('MAGENTO_SESSION_ID', 'needed by MAGENTO_AUTH=session');
    return sessionId && { kind: 'session', sessionId };
  },
  guest() {
    return { kind: 'guest' };
  },
  ims(reader) {
    const reason = 'needed by MAGENTO_AUTH=ims';
    const clientId = reader.require('MAGENTO_IMS_CLIENT_ID', reason);
    const clientSecret = reader.require('MAGENTO_IMS_CLIENT_SECRET', reason);
    const organizationId = reader.require('MAGENTO_IMS_ORGANIZATION_ID', reason);
    if (!clientId || !clientSecret || !organizationId) return undefined;
    return { kind: 'ims', clientId, clientSecret, organizationId };
  },
};

/** Reads the way to sign in; `undefined` when a problem was reported. */
export function parseAuth(reader: EnvironmentReader): AuthConfig | undefined {
  const kind = reader.require('MAGENTO_AUTH');
  return kind && (readers[kind](reader) || undefined);
}

/** Unwraps the secrets for the client: the only place where they leave the configuration. */
export function revealAuth(auth: AuthConfig): AuthOptions {
  switch (auth.kind) {
    case 'admin':
      return {
        kind: 'admin',
        username: auth.username,
        password: auth.password.reveal(),
        ...(auth.totpSecret ? { totpSecret: auth.totpSecret.reveal() } : {}),
      };
    case 'integration':
      return {
        kind: 'integration',
        consumerKey: auth.consumerKey,
        consumerSecret: auth.consumerSecret.reveal(),
        accessToken: auth.accessToken.reveal(),
        accessTokenSecret: auth.accessTokenSecret.reveal(),
      };
    case 'bearer':
      return { kind: 'bearer', token: auth.token.reveal() };
    case 'customer':
      return { kind: 'customer', username: auth.username, password: auth.password.reveal() };
    case 'session':
      return { kind: 'session', sessionId: auth.sessionId.reveal() };
    case 'guest':
      return auth;
    case 'ims':
      return {
        kind: 'ims',
        clientId: auth.clientId,
        clientSecret: auth.clientSecret.reveal(),
        organizationId: auth.organizationId,
      };
  }
}
