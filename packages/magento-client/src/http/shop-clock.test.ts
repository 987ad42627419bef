import { expect, test } from 'vitest';
import { createShopClock } from './shop-clock.ts';

test('follows the shop, and not the second that its header hides', () => {
  let now = Date.UTC(2026, 0, 1, 12, 0, 0, 700);
  const clock = createShopClock(() => now);
  expect(clock.shopNow()).toBe(now);
  clock.observe(new Date(Date.UTC(2026, 0, 1, 12, 0, 0)));
  expect(clock.shopNow()).toBe(now);
  clock.observe(new Date(Date.UTC(2026, 0, 1, 13, 0, 0)));
  expect(clock.shopNow()).toBe(Date.UTC(2026, 0, 1, 13, 0, 0, 500));
  now += 10_000;
  expect(clock.shopNow()).toBe(Date.UTC(2026, 0, 1, 13, 0, 10, 500));
  expect(clock.now()).toBe(now);
});
