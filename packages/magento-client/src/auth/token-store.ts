/** What is remembered of one account's token and of its refused logins. */
export interface TokenRecord {
  /** `expiresAt` is `null` for a token that never ends. */
  token?: { value: string; obtainedAt: Date; expiresAt: Date | null };
  /** Refused logins in a row within the current window. */
  refusedLogins: number;
  lastRefusedAt?: Date;
  /** Tells whether the credentials changed since the last refusal; says nothing about the credentials. */
  credentialsFingerprint: string;
}

/** Keeps tokens where every process that talks to the same shop finds them. */
export interface TokenStore {
  read(key: string): Promise<TokenRecord | undefined>;
  /**
   * Runs `change` for one caller at a time across all processes and stores what it returns.
   *
   * `change` returns a refused login as a counted refusal; when it throws (the shop cannot be reached), nothing
   * is stored and the error goes on to the caller.
   */
  update(
    key: string,
    change: (current: TokenRecord | undefined) => Promise<TokenRecord>,
    signal: AbortSignal,
  ): Promise<TokenRecord>;
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
        const next = await change(records.get(key));
        records.set(key, next);
        return next;
      });
      const settled = turn.catch(() => undefined);
      queues.set(key, settled);
      return turn;
    },
  };
}
