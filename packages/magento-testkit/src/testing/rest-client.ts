import type { MagentoShop } from '../shop.ts';

/** A status with a body read as JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends a request below `/rest` the plain way, without any client. */
export async function send(
  shop: MagentoShop,
  method: string,
  path: string,
  { token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<JsonAnswer> {
  const answer = await fetch(`${shop.url}/rest${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

/** A token of an administrator of the recorded shop. */
export async function adminToken(shop: MagentoShop, username = 'admin'): Promise<string> {
  const { body } = await send(shop, 'POST', '/V1/integration/admin/token', {
    body: { username, password: 'Passw0rd123!' },
  });
  return String(body);
}

/** A search with a few conditions, each in a group of its own. */
export function searchPath(
  conditions: readonly (readonly [field: string, condition: string, value: string])[],
  rest: Readonly<Record<string, string>> = {},
): string {
  const parameters = new URLSearchParams();
  for (const [group, [field, condition, value]] of conditions.entries()) {
    const prefix = `searchCriteria[filter_groups][${group}][filters][0]`;
    parameters.set(`${prefix}[field]`, field);
    parameters.set(`${prefix}[condition_type]`, condition);
    parameters.set(`${prefix}[value]`, value);
  }
  for (const [name, value] of Object.entries(rest)) parameters.set(name, value);
  if (parameters.size === 0) parameters.set('searchCriteria', '');
  return `/V1/customers/search?${parameters.toString()}`;
}

/** The answer of a list as tests look at it. */
export interface ListBody {
  readonly items: readonly { readonly id: number; readonly [member: string]: unknown }[];
  readonly total_count: number;
}
