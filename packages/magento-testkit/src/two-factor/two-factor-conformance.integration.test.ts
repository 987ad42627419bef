import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecording } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';

let shop: MagentoShop;

/** Tokens are made with a key of the shop's own; whose they are and how long they live is compared. */
function comparable(body: string): string {
  const claims = /^"eyJ[\w-]+\.([\w-]+)\.[\w-]+"$/.exec(body)?.[1];
  return claims === undefined ? body : Buffer.from(claims, 'base64url').toString();
}

beforeAll(async () => {
  shop = await startMagentoShop({
    population: { customers: 1 },
    twoFactor: { secrets: { admin: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' } },
  });
  shop.clock.set(new Date(1_795_521_261_000));
  shop.clock.freeze(true);
});

afterAll(() => shop.stop());

test.each(readRecording('two-factor'))('two-factor.json: $title', async ({ request, response }) => {
  const answer = await fetch(shop.url + request.path, {
    method: request.method,
    headers: request.headers,
    body: request.body!,
  });
  expect({
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: comparable(await answer.text()),
  }).toEqual({
    status: response.status,
    type: response.headers['content-type'],
    body: comparable(response.body),
  });
});
