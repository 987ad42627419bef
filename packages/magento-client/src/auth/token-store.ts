/** A login that failed, or may have failed. */
export interface FailedLogin {
  readonly at: Date;
  /** Whose login it was; says nothing about the credentials. */
  readonly fingerprint: string;
  /** False while the shop has not answered: it may have counted the login nevertheless. */
  readonly refused: boolean;
  /** False when the shop has certainly not counted it as a wrong one: it succeeded, or never came to Magento. */
  readonly counted?: boolean;
  /** What was said about it, without secrets; absent while there is no answer. */
  readonly says?: string;
}

/** What is remembered of one account's token and of its failed logins. */
export interface TokenRecord {
  /** `expiresAt` is `null` for a token that never ends. */
  token?: { value: string; obtainedAt: Date; expiresAt: Date | null };
  /** Since the last login that succeeded, oldest first; see `login-breaker.ts`. */
  failedLogins: readonly FailedLogin[];
  /** Of the credentials that were used last; tells whether the token is theirs. */
  credentialsFingerprint: string;
}

/**
 * Makes the next record of an account from the current one.
 *
 * `keep` stores a record at once, before the change is complete: what must survive this process. When a change throws,
 * nothing more is stored and the error goes on to the caller.
 */
export type TokenChange = (
  current: TokenRecord | undefined,
  keep: (record: TokenRecord) => Promise<void>,
) => Promise<TokenRecord>;

/** Keeps tokens where every process that talks to the same shop finds them. */
export interface TokenStore {
  read(key: string): Promise<TokenRecord | undefined>;
  /** Runs `change` for one caller at a time across all processes and stores what it returns. */
  update(key: string, change: TokenChange, signal: AbortSignal): Promise<TokenRecord>;
}

/** A token store of this process alone: the default when nothing is shared. */
export function createMemoryTokenStore(): TokenStore {
  const records = new Map<string, TokenRecord>();
  const queues = new Map<string, Promise<unknown>>();
  return {
    async read(key) {
      return records.get(key);
    },
    async update(key, change, signal) {
      const previous = queues.get(key) ?? Promise.resolve();
      const turn = previous.then(async () => {
        signal.throwIfAborted();
        const next = await change(records.get(key), async (record) => {
          records.set(key, record);
        });
        records.set(key, next);
        return next;
      });
      const settled = turn.catch(() => undefined);
      queues.set(key, settled);
      return turn;
    },
  };
}
