// Reads all pages of a list as fast as it can with so many requests at a time, parses them and throws them away.
import { Pool } from 'undici';

interface RawRead {
  readonly url: string;
  readonly path: string;
  readonly inFlight: number;
  readonly pageSize: number;
  readonly largestId: number;
}

const read = JSON.parse(process.env['RAW_READ'] ?? '{}') as RawRead;
const pool = new Pool(read.url, { connections: read.inFlight });

async function json(path: string, options: { method: 'GET' | 'POST'; body?: string; token?: string }) {
  const { statusCode, body } = await pool.request({
    path,
    method: options.method,
    headers: {
      'content-type': 'application/json',
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 200)}`);
  return { value: JSON.parse(text) as unknown, bytes: text.length };
}

const credentials = JSON.stringify({ username: 'admin', password: 'Passw0rd123!' });
const { value: token } = await json('/rest/all/V1/integration/admin/token', {
  method: 'POST',
  body: credentials,
});

function pagePath(afterId: number, upToId: number): string {
  const criteria = [
    ['filterGroups][0][filters][0][field', 'entity_id'],
    ['filterGroups][0][filters][0][conditionType', 'gt'],
    ['filterGroups][0][filters][0][value', afterId],
    ['filterGroups][1][filters][0][field', 'entity_id'],
    ['filterGroups][1][filters][0][conditionType', 'lteq'],
    ['filterGroups][1][filters][0][value', upToId],
    ['sortOrders][0][field', 'entity_id'],
    ['sortOrders][0][direction', 'ASC'],
    ['pageSize', read.pageSize],
  ];
  return `${read.path}?${criteria.map(([name, value]) => `searchCriteria[${name}]=${value}`).join('&')}`;
}

let [rows, requests, bytes] = [0, 0, 0];

/** One of the equal shares of the ids, page by page. */
async function readShare(share: number): Promise<void> {
  const width = Math.ceil(read.largestId / read.inFlight);
  const upToId = Math.min(read.largestId, (share + 1) * width);
  for (let afterId = share * width; afterId < upToId; ) {
    const answer = await json(pagePath(afterId, upToId), { method: 'GET', token: String(token) });
    const { items } = answer.value as { items: readonly { id?: number; entity_id?: number }[] };
    requests += 1;
    bytes += answer.bytes;
    rows += items.length;
    if (items.length < read.pageSize) return;
    const last = items.at(-1);
    afterId = last?.id ?? last?.entity_id ?? upToId;
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: read.inFlight }, (_, share) => readShare(share)));
const seconds = (performance.now() - startedAt) / 1000;
await pool.close();
process.stdout.write(JSON.stringify({ rows, requests, bytes, seconds }));
