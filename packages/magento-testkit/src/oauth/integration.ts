/**
 * The one token row of an integration. It begins as a `verifier` when the shop posts to the callback URL,
 * becomes a `request` token, then the `access` token; value and secret change each time.
 */
export interface IntegrationToken {
  type: 'verifier' | 'request' | 'access';
  value: string;
  secret: string;
  verifier: string | undefined;
  revoked: boolean;
}

/** An integration as the shop's administration keeps it, with its consumer. */
export interface Integration {
  readonly id: number;
  readonly consumerId: number;
  name: string;
  active: boolean;
  consumerKey: string;
  consumerSecret: string;
  callbackUrl: string | undefined;
  identityLinkUrl: string | undefined;
  /** The ACL resources of its role. */
  resources: 'all' | readonly string[];
  token: IntegrationToken | undefined;
  /** When the credentials were last posted to the callback URL, milliseconds of the shop's clock. */
  postedAt: number;
}

/** What an administrator enters for a new integration; everything else is generated. */
export interface NewIntegration {
  readonly name: string;
  readonly active?: boolean;
  readonly callbackUrl?: string;
  readonly identityLinkUrl?: string;
  readonly resources?: 'all' | readonly string[];
  readonly consumerKey?: string;
  readonly consumerSecret?: string;
  readonly accessToken?: string;
  readonly accessTokenSecret?: string;
}
