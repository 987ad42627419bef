/** Who a request comes from, as Magento sees it. */
export interface Caller {
  readonly type: 'admin' | 'integration' | 'customer' | 'guest';
  /** 0 for guests. */
  readonly id: number;
  /** Granted resources; `all` for a role without limits. */
  readonly resources: 'all' | ReadonlySet<string>;
}

/** The caller without credentials. */
export const guest: Caller = { type: 'guest', id: 0, resources: new Set() };
