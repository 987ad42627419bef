import type { MagentoShop } from '@magento-sync/magento-testkit';
import pg from 'pg';
import { expect } from 'vitest';
import { administrator } from './sync-harness.ts';

type Customer = Record<string, unknown> & { id: number; addresses?: { id: number }[] };

/**
 * Every customer as the shop serves it, asked for without any code of ours.
 *
 * Page numbers are safe here because nobody edits meanwhile.
 */
export async function customersOfShop(shop: MagentoShop): Promise<Customer[]> {
  const login = await fetch(`${shop.url}/rest/V1/integration/admin/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(administrator),
  });
  const token = (await login.json()) as string;
  const found = new Map<number, Customer>();
  for (let page = 1; ; page++) {
    const query = new URLSearchParams({
      'searchCriteria[pageSize]': '300',
      'searchCriteria[currentPage]': String(page),
      'searchCriteria[sortOrders][0][field]': 'entity_id',
      'searchCriteria[sortOrders][0][direction]': 'ASC',
    });
    const answer = await fetch(`${shop.url}/rest/V1/customers/search?${query.toString()}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items, total_count: total } = (await answer.json()) as {
      items: Customer[] | null;
      total_count: number;
    };
    for (const customer of items ?? []) found.set(customer.id, customer);
    if (found.size >= total || !items?.length) return [...found.values()];
  }
}

/** Every living customer of the copy, as it was sent. */
export async function customersOfCopy(url: string): Promise<Customer[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ raw: Customer }>(
      'select raw from magento.customers where deleted_at is null order by id',
    );
    return rows.map(({ raw }) => raw);
  } finally {
    await client.end();
  }
}

/** Customers whom no list can show: their own route says nothing of the newsletter that would be believed. */
async function idsSetAside(url: string): Promise<Set<number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      "select id from sync.quarantine where entity = 'customers' and resolved_at is null",
    );
    return new Set(rows.map(({ id }) => Number(id)));
  } finally {
    await client.end();
  }
}

/** Fails unless both sides have the same customers with the same contents. */
export async function expectEqualSides(shop: MagentoShop, url: string): Promise<void> {
  const [listed, copy, aside] = await Promise.all([
    customersOfShop(shop),
    customersOfCopy(url),
    idsSetAside(url),
  ]);
  const source = listed.map((customer) =>
    aside.has(customer.id) ? { ...customer, extension_attributes: {} } : customer,
  );
  expect(copy.map(({ id }) => id)).toEqual(source.map(({ id }) => id));
  expect(copy).toEqual(source);
}
