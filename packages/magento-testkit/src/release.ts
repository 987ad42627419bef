/**
 * What differs between releases of Magento. Each member is one switch; the borders come from comparing Magento's source
 * release by release.
 */
export interface Release {
  readonly version: string;
  /** Whether this is the given release or a later one; `2.4.3-p1` is later than `2.4.3`. */
  isFrom(border: string): boolean;
  /** Before 2.4.0 a page behind the last one is the last one again. */
  readonly repeatsLastPage: boolean;
  /** Before 2.4.0 lists do not say whether a customer is subscribed. */
  readonly subscriptionInLists: boolean;
  /** From 2.4.0 to 2.4.2-p2 lists join subscriptions, so that a customer with two of them breaks every page he is on. */
  readonly joinsSubscriptions: boolean;
  /** Since 2.4.4 tokens are JWTs that live 60 minutes; before, opaque ones that live 4 hours (customers: 1 hour). */
  readonly jwtTokens: boolean;
  /** Releases whose tokens are signed with the newest encryption key only, so that a new key ends them all. */
  readonly newestKeyOnly: boolean;
  /** Since 2.4.5 a verb that is not supported is a 405; before, a 400. */
  readonly verbIs405: boolean;
  /** Since 2.4.7 a property that a data object does not have is a 400 that names it; before, a 500. */
  readonly namesUnknownFields: boolean;
  /** 2.3.7-p1, 2.3.7-p2, 2.4.3 and 2.4.3-p1 limit input always and cannot be told otherwise. */
  readonly alwaysLimitsInput: boolean;
  /** Since 2.4.6 default page size and list length are not limited unless configured. */
  readonly limitsPageSizeOnly: boolean;
  /** Since 2.4.0 two-factor authentication is part of Magento. */
  readonly hasTwoFactor: boolean;
  /** Since 2.4.1 a customer's rights end at the borders of his website. */
  readonly bindsCustomersToWebsite: boolean;
  /** Since 2.4.1 a saved customer keeps what the request leaves out; before, it was replaced. */
  readonly mergesSavedCustomers: boolean;
  /** The right that deleting a customer needs. */
  readonly deleteResource: 'Magento_Customer::manage' | 'Magento_Customer::delete';
  /** Since 2.3.1 each kind of sales document has a right of its own; before, there was one for all. */
  readonly splitsSalesRights: boolean;
  /** Since 2.4.8 the default shipping address is the first. */
  readonly defaultShippingFirst: boolean;
  /** Before 2.3.2 a filter on a custom attribute drops the customers without a value, also where it is one of several. */
  readonly innerJoinsAttributes: boolean;
  /** Since 2.3.1 the condition `nfinset` exists. */
  readonly hasNfinset: boolean;
  /** Since 2.4.6 `from` and `to` on one field in one group are AND-ed, in flat tables as that of orders. */
  readonly pairsFromAndTo: boolean;
}

/** The switches of a release such as `2.4.7` or `2.4.3-p1`; throws when the text is no release of 2.3 or 2.4. */
export function releaseOf(version: string): Release {
  const own = parse(version);
  if (!own)
    throw new RangeError(`"${version}" is no release of Magento that the stand-in knows, for example 2.4.7.`);
  const isFrom = (border: string) => compare(own, parse(border) ?? own) >= 0;
  const isBetween = (first: string, last: string) => isFrom(first) && compare(own, parse(last) ?? own) <= 0;
  return {
    version,
    isFrom,
    repeatsLastPage: !isFrom('2.4.0'),
    subscriptionInLists: isFrom('2.4.0'),
    joinsSubscriptions: isBetween('2.4.0', '2.4.2-p2'),
    jwtTokens: isFrom('2.4.4'),
    newestKeyOnly:
      isFrom('2.4.7-p2') ||
      isBetween('2.4.4-p10', '2.4.4-p99') ||
      isBetween('2.4.5-p9', '2.4.5-p99') ||
      isBetween('2.4.6-p7', '2.4.6-p99'),
    verbIs405: isFrom('2.4.5'),
    namesUnknownFields: isFrom('2.4.7'),
    alwaysLimitsInput: isBetween('2.3.7-p1', '2.3.7-p2') || isBetween('2.4.3', '2.4.3-p1'),
    limitsPageSizeOnly: isFrom('2.4.6'),
    hasTwoFactor: isFrom('2.4.0'),
    bindsCustomersToWebsite: isFrom('2.4.1'),
    mergesSavedCustomers: isFrom('2.4.1'),
    deleteResource:
      isFrom('2.4.0-p1') || isBetween('2.3.6', '2.3.99')
        ? 'Magento_Customer::delete'
        : 'Magento_Customer::manage',
    splitsSalesRights: isFrom('2.3.1'),
    defaultShippingFirst: isFrom('2.4.8'),
    innerJoinsAttributes: !isFrom('2.3.2'),
    hasNfinset: isFrom('2.3.1'),
    pairsFromAndTo: isFrom('2.4.6'),
  };
}

type Version = readonly [minor: number, patch: number, securityPatch: number];

function parse(version: string): Version | undefined {
  const match = /^2\.([34])\.(\d+)(?:-p(\d+))?$/.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
