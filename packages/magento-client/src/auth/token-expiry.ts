/** When a token was issued and ends, as far as it says so itself. */
export interface TokenTimes {
  readonly issuedAt: Date | null;
  readonly expiresAt: Date;
  /** Whether it is a shopper's: the claim `utypid` is 2 for administrators and 3 for customers. */
  readonly ofCustomer: boolean;
}

/**
 * Reads the times of a signed JWT without checking its signature, which only the shop can.
 *
 * Magento: module-jwt-user-token/Model/Issuer.php. `undefined` for opaque tokens (before 2.4.4) and for encrypted JWTs of five parts.
 */
export function readTokenTimes(token: string): TokenTimes | undefined {
  const parts = token.split('.');
  const payload = parts[1];
  if (parts.length !== 3 || payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return undefined;
    const { exp, iat, utypid } = claims as { exp?: unknown; iat?: unknown; utypid?: unknown };
    if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined;
    return {
      expiresAt: new Date(exp * 1_000),
      issuedAt: typeof iat === 'number' && Number.isFinite(iat) ? new Date(iat * 1_000) : null,
      ofCustomer: utypid === 3,
    };
  } catch {
    return undefined;
  }
}

/** When a token should be renewed: after four fifths of its life; `null` when it never ends. */
export function renewalTime(token: { obtainedAt: Date; expiresAt: Date | null }): number | null {
  if (token.expiresAt === null) return null;
  const obtained = token.obtainedAt.getTime();
  return obtained + 0.8 * (token.expiresAt.getTime() - obtained);
}
