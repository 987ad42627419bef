import type { MagentoShop, ShopOptions } from '@magento-sync/magento-testkit';
import { expect, test } from 'vitest';
import { type Candidate, connect, type Read, startSmallShop } from './strategies.ts';

/** Declares the tests that every strategy has to pass, by one read and in one kind of shop. */
export function declareBattery(candidate: Candidate, read: Read, options: ShopOptions = {}): void {
  const start = () => startSmallShop({ ...candidate.shop, ...options });
  const logins = (shop: MagentoShop) =>
    candidate.login === undefined ? 0 : shop.requests.count(candidate.login, 'POST');
  const once = candidate.login === undefined ? 0 : 1;

  test('serves many calls at once with at most one login', async () => {
    await using shop = await start();
    await using client = await connect(candidate, shop);
    const answers = await Promise.all(Array.from({ length: 24 }, () => read(client)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(logins(shop)).toBe(once);
  });

  test(`${candidate.afterExpiry} when its credentials end in the middle`, async () => {
    await using shop = await start();
    await using client = await connect(candidate, shop);
    await read(client);
    shop.clock.advance(25 * 3_600_000);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => read(client)));
    const status = candidate.afterExpiry === 'is refused' ? 'rejected' : 'fulfilled';
    expect(outcomes.map((outcome) => outcome.status)).toEqual(outcomes.map(() => status));
    expect(logins(shop)).toBe(candidate.afterExpiry === 'logs in again' ? 2 : 0);
  });

  test.each([
    ['ahead', 3 * 3_600_000],
    ['behind', -3 * 3_600_000],
  ])('works with a shop whose clock is %s', async (_title, skewMs) => {
    await using shop = await start();
    shop.clock.set(new Date(Date.now() + skewMs));
    await using client = await connect(candidate, shop);
    await read(client);
    await read(client);
    expect(logins(shop)).toBe(once);
  });

  test('stops when it is told to, and works on afterwards', async () => {
    await using shop = await start();
    await using client = await connect(candidate, shop);
    shop.faults.add({ answer: { kind: 'delay', milliseconds: 20_000 } });
    const abort = new AbortController();
    const call = read(client, abort.signal);
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(read(client, abort.signal)).rejects.toThrow('enough');
    shop.faults.clear();
    expect(await read(client)).toBeDefined();
  });

  test('proves itself anew when an answer was lost', async () => {
    await using shop = await start();
    await using client = await connect(candidate, shop);
    await read(client);
    shop.requests.clear();
    // The shop has done its work and remembers the nonce: the same header again would be refused.
    shop.faults.add({ times: 2, answer: { kind: 'drop-answer' } });
    expect(await read(client)).toBeDefined();
    expect(shop.faults.struck).toBe(2);
    expect(shop.requests.all()).toHaveLength(3);
    expect(logins(shop)).toBe(0);
  });
}
