import type { MagentoShop } from '@magento-sync/magento-testkit';

/** Metadata of an attribute as the shop sends it. */
export type SentAttribute = Record<string, unknown> & {
  attribute_code: string;
  frontend_input: string;
  backend_type: string;
  options: { label: string; value?: string }[];
};

/** Makes the shop show other customer attributes than the recorded ones, until it is asked for others again. */
export function editAttributes(shop: MagentoShop, edit: (all: SentAttribute[]) => SentAttribute[]): void {
  shop.faults.clear();
  shop.faults.add({
    match: ({ path }) => path.endsWith('/attributeMetadata/customer'),
    times: 1_000,
    answer: {
      kind: 'change',
      change: (body) => JSON.stringify(edit(JSON.parse(body) as SentAttribute[])),
    },
  });
}

/** A custom attribute with nothing but a type. */
export function sentAttribute(code: string, frontendInput: string, backendType: string): SentAttribute {
  return {
    attribute_code: code,
    frontend_input: frontendInput,
    backend_type: backendType,
    frontend_label: code,
    store_label: code,
    user_defined: true,
    system: false,
    visible: true,
    required: false,
    sort_order: 0,
    options: [],
    validation_rules: [],
  };
}
