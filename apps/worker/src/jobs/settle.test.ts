import { FencedOutError, LockLostError } from '@magento-sync/db';
import {
  AuthenticationError,
  MagentoNetworkError,
  MaintenanceError,
  OutageError,
  PermissionError,
  ServerFault,
  ThrottledError,
} from '@magento-sync/magento-client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BusyError, backoffMs, InterruptedError, settle } from './settle.ts';

const response = { status: 500, method: 'GET', path: '/V1/customers/search' };
const key = { shop: 's', entity: 'customers', kind: 'pull', range: 'all' };

test.each([
  ['a broken connection', new MagentoNetworkError('reset'), { kind: 'retry' }],
  ['a fault of the shop', new ServerFault('500', response), { kind: 'retry' }],
  ['anything unknown', new Error('what?'), { kind: 'retry' }],
  ['a refused login', new AuthenticationError('refused', response), { kind: 'fail' }],
  ['a missing right', new PermissionError('denied', response, []), { kind: 'fail' }],
  [
    'a throttle',
    new ThrottledError('429', { ...response, retryAfterMs: 7_000 }),
    { kind: 'rate-limit', delayMs: 7_000 },
  ],
  ['maintenance', new MaintenanceError('503', response), { kind: 'rate-limit', delayMs: 30_000 }],
  ['an outage', new OutageError('502', response, 'gateway'), { kind: 'rate-limit', delayMs: 30_000 }],
  [
    'an absurd Retry-After',
    new ThrottledError('429', { ...response, retryAfterMs: 1e12 }),
    { kind: 'rate-limit', delayMs: 3_600_000 },
  ],
  ['work of somebody else', new BusyError('busy'), { kind: 'delay', delayMs: 2_000 }],
  ['a checkpoint that was taken over', new FencedOutError(key), { kind: 'delay', delayMs: 2_000 }],
  ['a lost lock', new LockLostError('pull'), { kind: 'delay', delayMs: 2_000 }],
  ['a pause', new InterruptedError('paused'), { kind: 'delay', delayMs: 1_000 }],
])('%s is settled', (_what, error, settlement) => {
  expect(settle(error, false)).toEqual(settlement);
});

test('whatever is thrown during a shutdown puts the job back', () => {
  expect(settle(new Error('aborted'), true).kind).toBe('delay');
});

test('the backoff grows, never beyond five minutes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const ms = backoffMs(attempt, () => random);
        expect(ms).toBeGreaterThanOrEqual(500);
        expect(ms).toBeLessThanOrEqual(300_000);
      },
    ),
  );
  expect([1, 2, 3, 99].map((attempt) => backoffMs(attempt, () => 1))).toEqual([1_000, 2_000, 4_000, 300_000]);
});
