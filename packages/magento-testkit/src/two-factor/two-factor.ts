import { randomBytes } from 'node:crypto';
import type { ShopClock } from '../clock.ts';
import { WebApiError } from '../http/exchange.ts';
import { isTotpValid } from './totp.ts';

/** The providers that Magento ships. */
export type ProviderCode = 'google' | 'authy' | 'duo_security' | 'u2fkey';

/** How two-factor authentication is configured. */
export interface TwoFactorOptions {
  /** TOTP secrets (Base32) of administrators who have set up Google Authenticator, by user name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Providers that the shop forces on everybody; `google` alone when absent. Empty: nobody configured 2FA. */
  readonly providers?: readonly ProviderCode[];
  /** How far a code's time may be off. Magento: twofactorauth/google/leeway. */
  readonly leewaySeconds?: number;
  /** Whether the mail with the link to the configuration cannot be sent. */
  readonly mailFails?: boolean;
}

/** An administrator as two-factor authentication sees him. */
export interface TwoFactorUser {
  readonly id: number;
  readonly username: string;
}

/** Two-factor authentication of a shop. Magento: module-two-factor-auth/Model/. */
export class TwoFactor {
  readonly #clock: ShopClock;
  readonly #secrets: Map<string, string>;
  readonly #providers: readonly ProviderCode[];
  readonly #leewaySeconds: number;
  readonly #mailFails: boolean;
  readonly #tokens = new Map<string, TwoFactorUser>();
  readonly #pending = new Map<string, string>();

  constructor(options: TwoFactorOptions, clock: ShopClock) {
    this.#clock = clock;
    this.#secrets = new Map(Object.entries(options.secrets ?? {}));
    this.#providers = options.providers ?? ['google'];
    this.#leewaySeconds = options.leewaySeconds ?? 29;
    this.#mailFails = options.mailFails ?? false;
  }

  /** Tokens that were mailed to administrators who have to set up a provider, newest last. */
  get mailedTokens(): readonly { readonly username: string; readonly tfaToken: string }[] {
    return [...this.#tokens].map(([tfaToken, { username }]) => ({ username, tfaToken }));
  }

  /**
   * The answer of the plain token route to right credentials: never a token.
   *
   * Recordings: recordings/two-factor.json 'plain token endpoint, good password', 'plain token endpoint, user
   * without a configured provider'.
   */
  refusePlainToken(user: TwoFactorUser): WebApiError {
    const active = this.#providers.filter((provider) => this.#isActive(user, provider));
    if (active.length > 0) {
      return new WebApiError(400, 'Please use the 2fa provider-specific endpoints to obtain a token.', {
        parameters: { active_providers: active },
      });
    }
    if (this.#providers.length === 0) {
      return new WebApiError(
        400,
        'Please ask an administrator with sufficient access to configure 2FA first',
      );
    }
    if (this.#mailFails) {
      return new WebApiError(400, 'Failed to send the message. Please contact the administrator');
    }
    this.#tokens.set(randomBytes(24).toString('base64url'), user);
    return new WebApiError(
      400,
      'You are required to configure personal Two-Factor Authorization in order to login. Please check your email.',
      { parameters: { providers: this.#providers, active_providers: [] } },
    );
  }

  /** Refuses a provider that is not allowed in the shop or that the administrator has not set up. */
  demandProvider(user: TwoFactorUser, provider: ProviderCode): void {
    if (!this.#providers.includes(provider)) throw new WebApiError(400, 'Provider is not allowed.');
    if (!this.#isActive(user, provider)) throw new WebApiError(400, 'Provider is not configured.');
  }

  /** Refuses a one-time code that does not fit now. */
  demandCode(user: TwoFactorUser, code: string): void {
    if (!this.#fits(this.#secrets.get(user.username), code)) throw new WebApiError(401, 'Invalid code.');
  }

  /** Begins to set up Google Authenticator: the secret for the administrator's app. */
  configureGoogle(tfaToken: string): { readonly secret: string } {
    const user = this.#userOf(tfaToken, 'google');
    const secret = this.#pending.get(user.username) ?? newSecret();
    this.#pending.set(user.username, secret);
    return { secret };
  }

  /** Ends the set-up of Google Authenticator by a code from the administrator's app. */
  activateGoogle(tfaToken: string, code: string): void {
    const user = this.#userOf(tfaToken, 'google');
    const secret = this.#pending.get(user.username);
    if (secret === undefined || !this.#fits(secret, code)) throw new WebApiError(401, 'Invalid code.');
    this.#secrets.set(user.username, secret);
    this.#pending.delete(user.username);
  }

  #isActive({ username }: TwoFactorUser, provider: ProviderCode): boolean {
    return provider === 'google' && this.#secrets.has(username);
  }

  #userOf(tfaToken: string, provider: ProviderCode): TwoFactorUser {
    const user = this.#tokens.get(tfaToken);
    if (!user) throw new WebApiError(401, 'Invalid two-factor authorization token');
    if (!this.#providers.includes(provider)) throw new WebApiError(400, 'Provider is not allowed.');
    if (this.#isActive(user, provider)) throw new WebApiError(400, 'Provider is already configured.');
    return user;
  }

  #fits(secret: string | undefined, code: string): boolean {
    const seconds = Math.floor(this.#clock.now() / 1000);
    return secret !== undefined && isTotpValid(secret, code, seconds, this.#leewaySeconds);
  }
}

function newSecret(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(32)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
