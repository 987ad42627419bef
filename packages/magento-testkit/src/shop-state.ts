import type { BulkQueue } from './async/bulk-queue.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import type { Tokens } from './auth/tokens.ts';
import type { AdminUser } from './auth/users.ts';
import type { ShopClock } from './clock.ts';
import type { CustomerAdministration } from './customers/administration.ts';
import type { CustomerTable } from './customers/customer-table.ts';
import type { Attributes } from './directory/attributes.ts';
import type { CustomerGroups } from './directory/customer-groups.ts';
import type { StoreTree } from './directory/store-tree.ts';
import type { CloudTenant } from './ims/cloud.ts';
import type { ShopOAuth } from './oauth/shop-oauth.ts';
import type { Release } from './release.ts';
import type { SalesAdministration } from './sales/administration.ts';
import type { SalesTables } from './sales/sales-tables.ts';
import type { InputLimits } from './search/criteria.ts';
import type { CustomerSessions } from './session/customer-sessions.ts';
import type { TwoFactor } from './two-factor/two-factor.ts';

/** Everything a request can see or change. */
export interface ShopState {
  readonly release: Release;
  /** Name of the recorded shop that this one is. */
  readonly recorded: string;
  readonly mode: 'production' | 'developer';
  readonly clock: ShopClock;
  readonly table: CustomerTable;
  readonly customers: CustomerAdministration;
  readonly sales: SalesTables;
  readonly salesAdministration: SalesAdministration;
  readonly tokens: Tokens;
  readonly throttle: LoginThrottle;
  readonly admins: readonly AdminUser[];
  readonly attributes: Attributes;
  readonly addressAttributes: Attributes;
  readonly groups: CustomerGroups;
  readonly stores: StoreTree;
  readonly queue: BulkQueue;
  readonly oauth: ShopOAuth;
  readonly sessions: CustomerSessions;
  readonly twoFactor: TwoFactor | undefined;
  readonly cloud: CloudTenant | undefined;
  readonly baseUrl: () => string;
  /** Whether lists and single reads look subscriptions up in their own ways, as Magento does. */
  readonly subscriptionsByStore: boolean;
  /** Modules whose routes do not exist. */
  readonly disabledModules: ReadonlySet<string>;
  /** Phrases of errors by the English ones. */
  readonly translations: ReadonlyMap<string, string>;
  inputLimits: InputLimits | undefined;
  maintenance: boolean;
  databaseDown: boolean;
  /** Customers that Magento cannot load: every page and read with one of them is a 500. */
  readonly poison: Set<number>;
  /** Customers that Magento can load alone and not in a list: every page with one of them is a 500. */
  readonly listPoison: Set<number>;
  /** Pages are cut to so many rows without a word; `undefined` cuts none. */
  cutPagesTo: number | undefined;
}
