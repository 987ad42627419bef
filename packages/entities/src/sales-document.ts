import type { Entity } from './entity.ts';

/** What orders, invoices, shipments and credit memos have in common: flat lists that know their ids by one name. */
export const salesDocument = {
  id: { filter: 'entity_id', sort: 'entity_id' },
  // Modules join tables into these lists; one with a column of that name makes it ambiguous.
  stamp: { filter: 'updated_at', sort: 'updated_at', qualified: 'main_table.updated_at' },
  absence: {
    message: "The entity that was requested doesn't exist. Verify the entity and try again.",
  },
  uncounted: ['updated_at'],
  listKeys: ['entity_id', 'item_id', 'tax_id'],
  attributes: null,
} as const satisfies Partial<Entity>;
