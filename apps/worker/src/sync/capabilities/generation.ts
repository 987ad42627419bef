import type { CredentialLook } from '@magento-sync/magento-client';
import type { PageLimit } from '../reading/index.ts';

/** Releases that can be told apart, and what told it. */
export interface Generation {
  /** For example `2.4.0-2.4.3`, `2.4.5 or newer`, `unknown`, or `contradictory`. */
  readonly release: string;
  /** One sentence per sign. */
  readonly evidence: readonly string[];
}

/** The generations that can be told apart by harmless reads, oldest first. */
const generations = [
  { from: '2.3.0', to: '2.3.7' },
  { from: '2.4.0', to: '2.4.3' },
  { from: '2.4.4', to: '2.4.4' },
  { from: '2.4.5', to: undefined },
] as const;
const newest = generations.length - 1;

/** A sign leaves the generations from one index to another. */
interface Sign {
  readonly first: number;
  readonly last: number;
  readonly sentence: string;
}

/**
 * Concludes the release from what was seen; pure.
 *
 * Borders: page behind the last 2.4.0 (framework/Data/Collection.php), tokens 2.4.4 (module-jwt-user-token), refusal of
 * verbs 2.4.5 (framework/Webapi/Rest/Request.php). A missing `is_subscribed` proves nothing: the newsletter module may be off.
 */
export function generationOf(seen: Observations): Generation {
  const signs = [announced(seen), pastLastPage(seen), subscription(seen), token(seen), verb(seen)].filter(
    (sign) => sign !== undefined,
  );
  const evidence = signs.map(({ sentence }) => sentence);
  if (signs.length === 0) return { release: 'unknown', evidence };
  const first = Math.max(...signs.map((sign) => sign.first));
  const last = Math.min(...signs.map((sign) => sign.last));
  return { release: first > last ? 'contradictory' : nameOf(first, last), evidence };
}

function nameOf(first: number, last: number): string {
  const from = generations[first]?.from ?? '';
  const to = generations[last]?.to;
  if (to === undefined) return `${from} or newer`;
  return from === to ? from : `${from}-${to}`;
}

function announced({ announced: text }: Observations): Sign | undefined {
  if (!text) return undefined;
  const sentence = `/magento_version says ${text}`;
  if (text.startsWith('2.3')) return { first: 0, last: 0, sentence };
  return text.startsWith('2.4') ? { first: 1, last: newest, sentence } : undefined;
}

function pastLastPage({ pastLastPage: what }: Observations): Sign | undefined {
  if (what === undefined) return undefined;
  return what === 'repeated'
    ? { first: 0, last: 0, sentence: 'a page behind the last one is the last one again: before 2.4.0' }
    : { first: 1, last: newest, sentence: 'a page behind the last one is empty: 2.4.0 or newer' };
}

function subscription({ subscriptionInLists }: Observations): Sign | undefined {
  if (!subscriptionInLists) return undefined;
  return { first: 1, last: newest, sentence: 'lists say who is subscribed: 2.4.0 or newer' };
}

function token({ credential, issuedByLogin }: Observations): Sign | undefined {
  if (!issuedByLogin) return undefined;
  if (credential?.kind === 'opaque')
    return { first: 0, last: 1, sentence: 'tokens are opaque: before 2.4.4' };
  if (credential?.kind !== 'jwt' && credential?.kind !== 'jwe') return undefined;
  return { first: 2, last: newest, sentence: 'tokens are JWTs: 2.4.4 or newer' };
}

function verb({ verbRefusal }: Observations): Sign | undefined {
  if (verbRefusal === 405) {
    return { first: 3, last: newest, sentence: 'an unknown verb is refused with 405: 2.4.5 or newer' };
  }
  if (verbRefusal !== 400) return undefined;
  return { first: 0, last: 2, sentence: 'an unknown verb is refused with 400: before 2.4.5' };
}

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
