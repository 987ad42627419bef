import { createShopRepository, createTokenRepository, type Database } from '@magento-sync/db';
import {
  type LoginBreakerOpenError,
  type LoginOnRequest,
  loginBreakerError,
  type MagentoClient,
  searchCriteria,
} from '@magento-sync/magento-client';
import { inWordsOfTheWorker } from './client-words.ts';
import { shopNameOf } from './config/config.ts';

/** A sign-in that a person asked for and that succeeded. */
export interface SignedIn {
  readonly kind: string;
  /** False where requests are signed or a ready token is sent. */
  readonly loggedIn: boolean;
  /** `null` when the token never ends or when there is none. */
  readonly expiresAt: Date | null;
  /** How many customers the account is shown. */
  readonly customers: number;
}

/** Signs in now, whatever the last logins came to, and reads something with it. Throws what the shop refuses with. */
export async function signInNow(
  magento: MagentoClient,
  request: LoginOnRequest,
  signal: AbortSignal,
): Promise<SignedIn> {
  const { kind, signIn } = magento.auth;
  const token = await signIn?.(request, signal);
  const customers = await magento.customers.count(searchCriteria(), { signal });
  return { kind, loggedIn: token !== undefined, expiresAt: token?.expiresAt ?? null, customers };
}

/** A login that failed and was not followed by one that succeeded. */
export interface FailedSignIn {
  /** The way to sign in, the shop and the user, e.g. `admin shop.example.com/ sync`. */
  readonly account: string;
  readonly at: Date;
  /** In the words of who refused; `null` when nobody answered. */
  readonly says: string | null;
  /** What keeps the next login from being tried; `null` when it is tried. */
  readonly retryAt: Date | null;
  /** The whole of it as one sentence, with what to do. */
  readonly sentence: string;
}

/** What PostgreSQL knows of logins that failed, of all accounts with which this shop was ever copied. */
export async function readFailedSignIns(
  database: Database,
  shop: string,
  now: Date,
): Promise<FailedSignIn[]> {
  const known = (await createShopRepository(database).list()).find((each) => each.shop === shop);
  if (known === undefined) return [];
  const stored = await createTokenRepository(database).failing(shopNameOf(known.baseUrl));
  return stored.flatMap(({ name, credentialsFingerprint, obtainedAt, expiresAt, failedLogins: rows }) => {
    const failedLogins = rows.map((failure) => ({ ...failure, at: new Date(failure.at) }));
    const token = obtainedAt ? { value: '', obtainedAt, expiresAt } : undefined;
    const last = failedLogins.at(-1);
    if (!last || now.getTime() - last.at.getTime() > shownForMs) return [];
    const breaker = loginBreakerError(
      { ...(token ? { token } : {}), failedLogins, credentialsFingerprint },
      now.getTime(),
      name.startsWith('ims ') ? 'ims' : 'magento',
    );
    return [
      {
        account: name,
        at: last.at,
        says: last.says ?? null,
        retryAt: breaker?.retryAt ?? null,
        sentence: breaker ? closedDoor(name, breaker) : lastFailure(name, last),
      },
    ];
  });
}

/** An account that is not used any more is not reported for ever. */
const shownForMs = 86_400_000;

function closedDoor(account: string, breaker: LoginBreakerOpenError): string {
  return `Sign-in as ${account}: ${inWordsOfTheWorker(breaker.message, breaker)}`;
}

function lastFailure(account: string, { at, says }: { at: Date; says?: string }): string {
  const said = says === undefined ? 'got no answer.' : `failed: ${says}`;
  return `Sign-in as ${account}: the last login, at ${at.toISOString()}, ${said} The next one is tried when it is needed.`;
}
