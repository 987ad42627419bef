import type { MagentoResponseError } from '../errors.ts';

/** Says who the client is to the shop; `kind` chooses the strategy. */
export type AuthOptions =
  | AdminAuthOptions
  | IntegrationAuthOptions
  | BearerAuthOptions
  | CustomerAuthOptions
  | SessionAuthOptions
  | GuestAuthOptions
  | ImsAuthOptions;

/** An administrator's user name and password; `totpSecret` (base32) when two-factor authentication is on. */
export interface AdminAuthOptions {
  kind: 'admin';
  username: string;
  password: string;
  totpSecret?: string;
}

/** The four credentials of an activated integration; every request is signed by OAuth 1.0a. */
export interface IntegrationAuthOptions {
  kind: 'integration';
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** A ready token that is sent as it is and cannot be renewed. */
export interface BearerAuthOptions {
  kind: 'bearer';
  token: string;
}

/** A shopper's e-mail address and password. */
export interface CustomerAuthOptions {
  kind: 'customer';
  username: string;
  password: string;
}

/** The PHPSESSID cookie of a shopper who is logged in to the storefront. */
export interface SessionAuthOptions {
  kind: 'session';
  sessionId: string;
}

/** No credentials: anonymous routes only. */
export interface GuestAuthOptions {
  kind: 'guest';
}

/** Client credentials of Adobe IMS, for Adobe Commerce as a Cloud Service. */
export interface ImsAuthOptions {
  kind: 'ims';
  clientId: string;
  clientSecret: string;
  organizationId: string;
  tokenUrl?: string;
  scopes?: string[];
}

/** One attempt as it is about to be sent; `url` is absolute and carries the encoded query. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An attempt that the shop answered with 401. */
export interface Refusal {
  /** What `authorize` returned for that attempt: tells a token that somebody else has renewed since. */
  readonly headers: Readonly<Record<string, string>>;
  readonly error: MagentoResponseError;
}

/** A login that a person asks for. */
export interface LoginOnRequest {
  /** Tries also when one more wrong login would lock the account for everybody. */
  readonly evenIfItLocks: boolean;
}

/** Proves who a request comes from. Called once per attempt, so no nonce or token is ever replayed. */
export interface AuthStrategy {
  readonly kind: AuthOptions['kind'];
  /** Headers to add to this attempt. */
  authorize(request: OutgoingRequest, signal: AbortSignal): Promise<Record<string, string>>;
  /** After a 401: get new credentials. `false` means that trying again is pointless. */
  renew(signal: AbortSignal, refusal?: Refusal): Promise<boolean>;
  /** Renews a token whose time has come; for a scheduled job, so that no request has to wait for a login. */
  refreshIfDue?(signal: AbortSignal): Promise<{ expiresAt: Date | null }>;
  /**
   * Logs in now because a person asks for it, also where no login would be tried for a while; absent where there is none.
   *
   * A success opens the door for every process that shares the token store.
   */
  signIn?(request: LoginOnRequest, signal: AbortSignal): Promise<{ expiresAt: Date | null }>;
}
