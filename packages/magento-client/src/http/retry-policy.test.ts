import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  BadRequestError,
  LoginBreakerOpenError,
  MagentoNetworkError,
  MagentoTimeoutError,
  MaintenanceError,
  NotFoundError,
  PermissionError,
  ServerFault,
  ThrottledError,
  TwoFactorRequiredError,
  UnexpectedPayloadError,
} from '../errors.ts';
import { decideRetry, parseRetryAfter } from './retry-policy.ts';

const OPTIONS = { attempts: 5, baseDelayMs: 500, maxDelayMs: 30_000 };
const at = (status: number, retryAfterMs: number | null = null) => ({
  status,
  method: 'GET',
  path: '/V1/x',
  retryAfterMs,
});
const first = (error: unknown) => ({ attempt: 1, idempotent: true, error, random: 0.5 });

describe('who is asked again', () => {
  test.each<[string, unknown, boolean]>([
    ['429', new ThrottledError('', at(429)), true],
    ['503', new MaintenanceError('', at(503)), true],
    ['500', new ServerFault('', at(500)), true],
    ['a broken connection', new MagentoNetworkError(''), true],
    ['a timeout', new MagentoTimeoutError(''), true],
    ['cut JSON', new UnexpectedPayloadError('', { path: '', retryable: true }), true],
    ['a page in the wrong order', new UnexpectedPayloadError('', { path: '' }), false],
    ['an untrusted certificate', new MagentoNetworkError('', { retryable: false }), false],
    ['400', new BadRequestError('', at(400)), false],
    ['401', new PermissionError('', at(401), []), false],
    ['a refused login', new AuthenticationError('', at(401)), false],
    [
      'an open breaker',
      new LoginBreakerOpenError('', at(401, 10), { reason: 'refused', retryAt: new Date(0) }),
      false,
    ],
    ['a second factor', new TwoFactorRequiredError('', at(400), []), false],
    ['404', new NotFoundError('', at(404)), false],
    ['an abort', new DOMException('aborted', 'AbortError'), false],
    ['a mistake in a program', new TypeError('x is not a function'), false],
  ])('%s', (_, error, retry) => {
    expect(decideRetry(first(error), OPTIONS).retry).toBe(retry);
    expect(decideRetry({ ...first(error), idempotent: false }, OPTIONS).retry).toBe(false);
    expect(decideRetry({ ...first(error), attempt: 5 }, OPTIONS).retry).toBe(false);
  });
});

test('what a row may have caused is asked for twice more, and an outage as often as allowed', () => {
  const most = (error: unknown) =>
    [1, 2, 3, 4, 5].filter((attempt) => decideRetry({ ...first(error), attempt }, OPTIONS).retry).length;
  expect(most(new ServerFault('', at(500)))).toBe(2);
  expect(most(new UnexpectedPayloadError('', { path: '', problem: 'empty', retryable: true }))).toBe(2);
  expect(most(new MaintenanceError('', at(503)))).toBe(4);
});

test('a write is sent again only when it certainly never arrived', () => {
  const write = (error: unknown) => decideRetry({ ...first(error), idempotent: false }, OPTIONS).retry;
  expect(write(new MagentoNetworkError('', { mayHaveArrived: false }))).toBe(true);
  expect(write(new MagentoTimeoutError('', { mayHaveArrived: false }))).toBe(true);
  expect(write(new MagentoNetworkError('', { mayHaveArrived: true }))).toBe(false);
  expect(write(new MagentoNetworkError('', { mayHaveArrived: false, retryable: false }))).toBe(false);
});

describe('how long to wait', () => {
  test('Retry-After is obeyed to the millisecond, and left to the caller when it is too long', () => {
    const wait = (ms: number) => decideRetry(first(new ThrottledError('', at(429, ms))), OPTIONS);
    expect(wait(0)).toEqual({ retry: true, delayMs: 0 });
    expect(wait(30_000)).toEqual({ retry: true, delayMs: 30_000 });
    expect(wait(30_001)).toEqual({ retry: false });
  });

  test('without it the bound doubles, up to the maximum, and the whole span is used', () => {
    const bounds = [1, 2, 3, 4].map((attempt) =>
      decideRetry(
        { ...first(new MagentoNetworkError('')), attempt, random: 0.999999 },
        { ...OPTIONS, maxDelayMs: 1_800 },
      ),
    );
    expect(bounds.map((decision) => decision.retry && decision.delayMs)).toEqual([499, 999, 1799, 1799]);
    expect(decideRetry({ ...first(new MagentoNetworkError('')), random: 0 }, OPTIONS)).toEqual({
      retry: true,
      delayMs: 0,
    });
  });

  test('no wait is negative or longer than the maximum', () => {
    fc.assert(
      fc.property(
        fc.record({
          attempt: fc.integer({ min: 1, max: 60 }),
          random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          baseDelayMs: fc.integer({ min: 0, max: 100_000 }),
          maxDelayMs: fc.integer({ min: 0, max: 100_000 }),
          retryAfterMs: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
        }),
        ({ attempt, random, baseDelayMs, maxDelayMs, retryAfterMs }) => {
          const error = new MaintenanceError('', at(503, retryAfterMs));
          const decision = decideRetry(
            { attempt, random, error, idempotent: true },
            { attempts: 100, baseDelayMs, maxDelayMs },
          );
          const tooLong = retryAfterMs !== null && retryAfterMs > maxDelayMs;
          expect(decision.retry).toBe(!tooLong);
          const delayMs = decision.retry ? decision.delayMs : 0;
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(maxDelayMs);
        },
      ),
    );
  });

  test('a Retry-After of the past means now', () => {
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:00 GMT', Date.UTC(2026, 0, 2))).toBe(0);
    expect(parseRetryAfter(undefined, 0)).toBeNull();
    expect(parseRetryAfter('-5', 0)).toBeNull();
  });
});
