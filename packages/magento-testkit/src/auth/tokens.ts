import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ShopClock } from '../clock.ts';

/** Whom a token stands for. */
export interface TokenHolder {
  readonly type: 'admin' | 'customer';
  readonly id: number;
}

/** The shop's tokens for administrators and customers. */
export interface Tokens {
  issue(holder: TokenHolder): string;
  /** The holder of a token that is alive, or `undefined`: Magento does not say why a token is worth nothing. */
  verify(token: string): TokenHolder | undefined;
  /** A new encryption key, as `bin/magento encryption:key:change` makes it; whether older JWTs survive depends on the release. */
  rotateKey(): void;
  /** Ends every token that the holder has been given up to this second. */
  revoke(holder: TokenHolder): void;
}

/** How tokens look and how long they live. */
export interface TokenSettings {
  readonly format: 'jwt' | 'opaque';
  /** Whether JWTs count only when signed with the newest key. */
  readonly newestKeyOnly: boolean;
  readonly lifetimeMinutes: Readonly<Record<TokenHolder['type'], number>>;
}

const header = Buffer.from('{"kid":"1","alg":"HS256"}').toString('base64url');
const userTypes = { admin: 2, customer: 3 } as const;

/** Creates the issuer. Magento: module-jwt-user-token; opaque before 2.4.4. */
export function createTokens(clock: ShopClock, settings: TokenSettings): Tokens {
  const keys = [randomBytes(32)];
  const opaque = new Map<string, TokenHolder & { expiresAt: number; issuedAt: number }>();
  const revokedBefore = new Map<string, number>();
  const seconds = () => Math.floor(clock.now() / 1000);
  const nameOf = ({ type, id }: TokenHolder) => `${type}:${id}`;
  const sign = (text: string, key = keys[0] ?? '') => createHmac('sha256', key).update(text).digest();

  function issue(holder: TokenHolder): string {
    const issuedAt = seconds();
    const expiresAt = issuedAt + settings.lifetimeMinutes[holder.type] * 60;
    if (settings.format === 'opaque') {
      const token = randomBytes(32)
        .map((byte) => '0123456789abcdefghijklmnopqrstuvwxyz'.charCodeAt(byte % 36))
        .toString();
      opaque.set(token, { ...holder, issuedAt, expiresAt });
      return token;
    }
    const claims = JSON.stringify({
      uid: holder.id,
      utypid: userTypes[holder.type],
      iat: issuedAt,
      exp: expiresAt,
    });
    const text = `${header}.${Buffer.from(claims).toString('base64url')}`;
    return `${text}.${sign(text).toString('base64url')}`;
  }

  function verify(token: string): TokenHolder | undefined {
    const known = opaque.get(token) ?? readJwt(token);
    if (!known || known.expiresAt <= seconds()) return undefined;
    if (known.issuedAt <= (revokedBefore.get(nameOf(known)) ?? -1)) return undefined;
    return { type: known.type, id: known.id };
  }

  function readJwt(token: string): (TokenHolder & { expiresAt: number; issuedAt: number }) | undefined {
    const [head, claims, signature] = token.split('.');
    if (head !== header || !claims || !signature) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const isRight = (settings.newestKeyOnly ? keys.slice(0, 1) : keys).some((key) => {
      const expected = sign(`${head}.${claims}`, key);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!isRight) return undefined;
    const { uid, utypid, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<
      string,
      number
    >;
    return {
      type: utypid === 2 ? 'admin' : 'customer',
      id: uid ?? 0,
      issuedAt: iat ?? 0,
      expiresAt: exp ?? 0,
    };
  }

  return {
    issue,
    verify,
    rotateKey: () => void keys.unshift(randomBytes(32)),
    revoke: (holder) => void revokedBefore.set(nameOf(holder), seconds()),
  };
}
