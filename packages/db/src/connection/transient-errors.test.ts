import { expect, test } from 'vitest';
import { transientFailure } from './transient-errors.ts';

const withCode = (code: string, cause?: unknown) => Object.assign(new Error('failed', { cause }), { code });

test.each(['40001', '40P01', '55P03', '57014', '57P01', '57P03', '53300', '08006', 'ECONNRESET', 'EPIPE'])(
  '%s is worth another try',
  (code) => {
    expect(transientFailure(withCode(code))).toMatchObject({ code, delayMs: expect.any(Number) });
  },
);

test.each(['23505', '22P02', '28P01', '3D000', '42P01', '42501', 'ENOTFOUND'])('%s is permanent', (code) => {
  expect(transientFailure(withCode(code))).toBeNull();
});

test('causes and aggregates are looked into', () => {
  expect(
    transientFailure(withCode('wrapper', new Error('query failed', { cause: withCode('40P01') }))),
  ).not.toBeNull();
  expect(
    transientFailure(new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])),
  ).not.toBeNull();
});

test('a connection that broke under a query has no code', () => {
  expect(transientFailure(new Error('Connection terminated unexpectedly'))).toMatchObject({
    code: 'connection_lost',
  });
});

test('what is no error is no transient one, and a cause that is its own cause ends', () => {
  const circular = new Error('round');
  circular.cause = circular;
  expect(transientFailure(circular)).toBeNull();
  expect(transientFailure('40001')).toBeNull();
});
