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
  /** The integration whose credentials `magento-sync authorize` has stored. */
  | { kind: 'stored-integration' }
  | { kind: 'bearer'; token: Secret }
  | {
      kind: 'ims';
      clientId: string;
      clientSecret: Secret;
      organizationId: string;
      tokenUrl: string | undefined;
    };

const credentialNames = [
  'MAGENTO_CONSUMER_KEY',
  'MAGENTO_CONSUMER_SECRET',
  'MAGENTO_ACCESS_TOKEN',
  'MAGENTO_ACCESS_TOKEN_SECRET',
] as const;

/** Ways to sign in that Magento lets do nothing but a shopper's own business. */
const shoppers = {
  customer: 'a customer may read only the own account',
  session: 'the session of a customer may read only the own account',
  guest: 'a guest may read no customer at all',
} as const;

type Shopper = keyof typeof shoppers;
type Kind = Exclude<AuthOptions['kind'], Shopper>;

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
    const none = credentialNames.every((name) => reader.read(name) === undefined);
    if (none && reader.read('TOKEN_ENCRYPTION_KEY')) return { kind: 'stored-integration' };
    const reason = none
      ? 'needed by MAGENTO_AUTH=integration, unless TOKEN_ENCRYPTION_KEY is set and "magento-sync authorize" has stored the credentials'
      : 'needed by MAGENTO_AUTH=integration: all four or, after "magento-sync authorize", none';
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
  ims(reader) {
    const reason = 'needed by MAGENTO_AUTH=ims';
    const clientId = reader.require('MAGENTO_IMS_CLIENT_ID', reason);
    const clientSecret = reader.require('MAGENTO_IMS_CLIENT_SECRET', reason);
    const organizationId = reader.require('MAGENTO_IMS_ORGANIZATION_ID', reason);
    const tokenUrl = reader.read('MAGENTO_IMS_TOKEN_URL');
    if (!clientId || !clientSecret || !organizationId) return undefined;
    return { kind: 'ims', clientId, clientSecret, organizationId, tokenUrl };
  },
};

/** Reads the way to sign in; `undefined` when a problem was reported. */
export function parseAuth(reader: EnvironmentReader): AuthConfig | undefined {
  const kind = reader.require('MAGENTO_AUTH');
  if (kind && isShopper(kind)) {
    reader.reject(
      'MAGENTO_AUTH',
      `is "${kind}", but ${shoppers[kind]}: the copy needs an administrator, an integration or, in the cloud, ims`,
    );
    return undefined;
  }
  return kind && (readers[kind](reader) || undefined);
}

function isShopper(kind: AuthOptions['kind']): kind is Shopper {
  return kind in shoppers;
}

/** Unwraps the secrets for the client: the only place where they leave the configuration. */
export function revealAuth(auth: Exclude<AuthConfig, { kind: 'stored-integration' }>): AuthOptions {
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
    case 'ims':
      return {
        kind: 'ims',
        clientId: auth.clientId,
        clientSecret: auth.clientSecret.reveal(),
        organizationId: auth.organizationId,
        ...(auth.tokenUrl ? { tokenUrl: auth.tokenUrl } : {}),
      };
  }
}
