import { afterAll, beforeAll, test } from 'vitest';
import { readRecording } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { expectAsRecorded, readAnswer } from '../testing/recorded-answer.ts';
import { adminToken } from '../testing/rest-client.ts';

const RECORDED_URL = 'http://127.0.0.1:8090';

let shop: MagentoShop;
let token: string;

beforeAll(async () => {
  shop = await startMagentoShop();
  // The recorded shop had just been written to when its SOAP API was recorded.
  shop.customers.save(2, { firstname: 'Signed', lastname: 'Put' });
  token = await adminToken(shop);
});

afterAll(() => shop.stop());

/**
 * Leaves out what is random (tokens, Report IDs, the port), bound to the recording's day (stamps), and the
 * stand-in's own service in the list of services.
 */
function comparable(body: string): string {
  const written = (url: string, replacement: string) =>
    [url, url.replaceAll('/', '\\/'), encodeURIComponent(url)].map((form) => [form, replacement] as const);
  return [...written(shop.url, '<shop>'), ...written(RECORDED_URL, '<shop>')]
    .reduce((text, [form, replacement]) => text.replaceAll(form, replacement), body)
    .replace(/<result>eyJ[\w.-]+<\/result>/, '<result>token</result>')
    .replace(/webapi-[0-9a-f]{13}/, 'webapi-<id>')
    .replace(/<updatedAt>20\d\d-[^<]+</g, '<updatedAt>stamp<')
    .replace(/,"acmeLoyaltyPointsV1":\{[^}]+\}/, '');
}

test.each(readRecording('soap'))('soap.json: $title', async ({ request, response }) => {
  const headers = { ...request.headers };
  if (headers['Authorization']) headers['Authorization'] = `Bearer ${token}`;
  const body = request.body?.replaceAll(RECORDED_URL, shop.url);
  const answer = await fetch(shop.url + request.path, {
    method: request.method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  expectAsRecorded(await readAnswer(answer), response, comparable);
});
