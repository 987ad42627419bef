import { Pool } from 'undici';

/** A plain reader of the shop's lists that shares no code with the client. */
export interface PlainReader {
  /** Reads a list; names are those inside of `searchCriteria[…]`. */
  get(path: string, criteria: Readonly<Record<string, string | number>>): Promise<unknown>;
  /** The same as it was sent. */
  text(path: string, criteria: Readonly<Record<string, string | number>>): Promise<string>;
  /** Characters of all answers. */
  readonly characters: number;
  close(): Promise<void>;
}

/** Signs in as the administrator of the stand-in shop. */
export async function signIn(url: string, connections = 1): Promise<PlainReader> {
  const pool = new Pool(url, { connections });
  let characters = 0;
  const ask = async (path: string, token?: string, sent?: string) => {
    const { statusCode, body } = await pool.request({
      path,
      method: sent === undefined ? 'GET' : 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 200)}`);
    characters += text.length;
    return text;
  };
  const credentials = JSON.stringify({ username: 'admin', password: 'Passw0rd123!' });
  const token = String(JSON.parse(await ask('/rest/all/V1/integration/admin/token', undefined, credentials)));
  const text = (path: string, criteria: Readonly<Record<string, string | number>>) => {
    const query = Object.entries(criteria).map(
      ([name, value]) => `searchCriteria[${name}]=${encodeURIComponent(value)}`,
    );
    return ask(`${path}?${query.join('&')}`, token);
  };
  return {
    get: async (path, criteria) => JSON.parse(await text(path, criteria)) as unknown,
    text,
    get characters() {
      return characters;
    },
    close: () => pool.close(),
  };
}

/** Criteria of the next page of an id range, by keyset. */
export function idPage(afterId: number, upToId: number, pageSize: number) {
  return {
    'filterGroups][0][filters][0][field': 'entity_id',
    'filterGroups][0][filters][0][conditionType': 'gt',
    'filterGroups][0][filters][0][value': afterId,
    'filterGroups][1][filters][0][field': 'entity_id',
    'filterGroups][1][filters][0][conditionType': 'lteq',
    'filterGroups][1][filters][0][value': upToId,
    'sortOrders][0][field': 'entity_id',
    'sortOrders][0][direction': 'ASC',
    pageSize,
  };
}
