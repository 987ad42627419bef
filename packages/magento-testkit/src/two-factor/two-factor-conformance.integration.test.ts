import { afterAll, beforeAll, test } from 'vitest';
import { readRecording } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { expectAsRecorded, readAnswer } from '../testing/recorded-answer.ts';

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
  expectAsRecorded(await readAnswer(answer), response, comparable);
});
