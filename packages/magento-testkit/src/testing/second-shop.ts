import type { RecordedExchange } from '../recordings.ts';

/** What of the recordings of the second shop is not replayed, by path, and why. */
const leftOut: readonly (readonly [path: RegExp, reason: string])[] = [
  [
    /^\/rest\/(\w+\/)?V1\/(products|configurable-products|categories)\b/,
    'the catalog of the second shop is not served',
  ],
  [/^\/rest\/(\w+\/)?V1\/(stockItems|stockStatuses|inventory)\b/, 'stock is not served'],
  [
    /^\/rest\/V1\/(salesRules|coupons|carts|tax\w+|cmsPage|cmsBlock)\b/,
    'rules, carts, taxes and CMS are not served',
  ],
  [
    /^\/rest\/V1\/customers\//,
    'of its customers one was recorded whole, and a subscription of another website with it',
  ],
  [/^\/rest\/V1\/(modules|directory|customerGroups|store)\b/, 'reference data is that of the first shop'],
];

/** Why an exchange with the second shop is not replayed; `undefined` for those that are. */
export function reasonToLeaveOut({ request }: RecordedExchange): string | undefined {
  return leftOut.find(([path]) => path.test(request.path))?.[1];
}
