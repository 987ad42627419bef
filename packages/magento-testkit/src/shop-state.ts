import type { AccessState } from './access.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import type { Tokens } from './auth/tokens.ts';
import type { AdminUser } from './auth/users.ts';
import type { ShopClock } from './clock.ts';
import type { CustomerAdministration } from './customers/administration.ts';
import type { CustomerTable } from './customers/customer-table.ts';
import type { Release } from './release.ts';
import type { InputLimits } from './search/criteria.ts';

/** Everything a request can see or change. */
export interface ShopState extends AccessState {
  readonly release: Release;
  readonly mode: 'production' | 'developer';
  readonly clock: ShopClock;
  readonly table: CustomerTable;
  readonly customers: CustomerAdministration;
  readonly tokens: Tokens;
  readonly throttle: LoginThrottle;
  readonly admins: readonly AdminUser[];
  readonly attributeCodes: ReadonlySet<string>;
  readonly baseUrl: () => string;
  inputLimits: InputLimits | undefined;
  maintenance: boolean;
  databaseDown: boolean;
  /** Customers that Magento cannot load: every page and read with one of them is a 500. */
  readonly poison: Set<number>;
}
