/** What differs between releases; see the release notes of Magento and its source, file by file. */
export interface Release {
  readonly version: string;
  /** Before 2.4.0 a page behind the last one is the last one again. */
  readonly repeatsLastPage: boolean;
  /** Before 2.4.0 lists do not say whether a customer is subscribed. */
  readonly subscriptionInLists: boolean;
  /** Since 2.4.4 tokens are JWTs that live 60 minutes; before, opaque ones that live 4 hours (customers: 1 hour). */
  readonly jwtTokens: boolean;
  /** Since 2.4.5 a verb that is not supported is a 405; before, a 400. */
  readonly verbIs405: boolean;
}

/** The switches of a release such as `2.4.7`; throws when the text is no release from 2.3 to 2.4. */
export function releaseOf(version: string): Release {
  const match = /^2\.([34])\.(\d+)(?:-p\d+)?$/.exec(version);
  if (!match)
    throw new RangeError(`"${version}" is no release of Magento that the stand-in knows, for example 2.4.7.`);
  const minor = Number(match[1]);
  const patch = Number(match[2]);
  const since = (least: number) => minor > 3 && patch >= least;
  return {
    version,
    repeatsLastPage: minor === 3,
    subscriptionInLists: minor > 3,
    jwtTokens: since(4),
    verbIs405: since(5),
  };
}
