import type { RecordedExchange } from '../recordings.ts';

/** What of the recordings of the second shop is not replayed, and why: exchanges by recording and title. */
const leftOut: Readonly<Record<string, readonly (readonly [recording: string, title: RegExp])[]>> = {
  'the database chooses the order of rows that tie, of rows without a sort, of options of a product': [
    ['attribute-groups', /^no criteria at all$/],
    ['products', /^sort without a direction$/],
    ['lists-and-single-reads', /^products configurable: in a list$/],
    ['other-reads', /^products: price gt, sorted by price$/],
  ],
  'a product or an attribute by itself says more than the list that was recorded whole': [
    ['lists-and-single-reads', /^product.*: by itself$/],
    ['products', /^single$/],
    ['product-attributes', /^single$/],
    ['other-reads', /^a product (through|with)/],
  ],
  'the recorder changed the subscription by SQL': [
    ['newsletter-in-lists', /^the (subscription differs|same)/],
  ],
  'filters that are no attributes are not modelled': [
    ['other-reads', /^products with filter (store_id|website_id|category_id)$/],
  ],
  'no list, and not served': [
    ['other-reads', /stock|salable|prices$|^(costs|carts licence|countries|category products)$/i],
    ['other-reads', /^(media|children|options|links) of|^attribute sets of products/],
    ['other-reads', /GET \/(products\/SKU-003\/media|configurable|inventory\/get)/],
  ],
  'only sales can be edited': [
    [
      'writes-and-updated-at',
      /^(product|category|cart|CMS|sales rule|tax rate|a deleted (product|category|tax)|a new cart|coupons of)/,
    ],
  ],
};

/** Why an exchange with the second shop is not replayed; `undefined` for those that are. */
export function reasonToLeaveOut(recording: string, { title }: RecordedExchange): string | undefined {
  return Object.entries(leftOut).find(([, exchanges]) =>
    exchanges.some(([name, titles]) => name === recording && titles.test(title)),
  )?.[0];
}
