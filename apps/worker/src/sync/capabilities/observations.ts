import type { CredentialLook } from '@magento-sync/magento-client';
import type { PageLimit } from '../reading/page-limit.ts';

/** What probes saw of a shop; what a probe could not see is missing. */
export interface Observations {
  /** As `/magento_version` says, e.g. `2.4 (Community)`; `null` where it is switched off. */
  readonly announced?: string | null;
  /** Status of the refusal of a verb that no release supports. */
  readonly verbRefusal?: number;
  readonly credential?: CredentialLook;
  /** Whether the shop itself issued the credential, in exchange for a user name and password. */
  readonly issuedByLogin?: boolean;
  /** What a page behind the last one holds: nothing, or the last one again. */
  readonly pastLastPage?: 'empty' | 'repeated';
  readonly subscriptionInLists?: boolean;
  readonly pageLimit?: PageLimit;
  /** How far the shop's clock is ahead of this machine's; negative when it is behind. */
  readonly clockDifferenceSeconds?: number;
}
