import { describe, expect, test } from 'vitest';
import type { PermissionReason } from '../errors.ts';
import {
  needsProbe,
  type RefusalCircumstances,
  refusalExplanation,
  refusalReason,
} from './refusal-reason.ts';

const CUSTOMERS = ['Magento_Customer::customer'];
const jwt = { format: 'jwt', expired: false, ofCustomer: false } as const;
const opaque = { ...jwt, format: 'opaque' } as const;

const table: ReadonlyArray<
  readonly [string, Omit<RefusalCircumstances, 'recognised'>, recognised: boolean, PermissionReason]
> = [
  ['a guest', { kind: 'guest', resources: CUSTOMERS }, false, 'guest'],
  ['a role without the right', { kind: 'admin', resources: CUSTOMERS }, true, 'missing_right'],
  ['a role without any right', { kind: 'admin', resources: CUSTOMERS }, false, 'no_rights_at_all'],
  ['an administrator on a route of shoppers', { kind: 'admin', resources: ['self'] }, true, 'not_a_shopper'],
  ['an integration without the right', { kind: 'integration', resources: CUSTOMERS }, true, 'missing_right'],
  ['an inactive integration', { kind: 'integration', resources: CUSTOMERS }, false, 'inactive_integration'],
  [
    'an integration token as bearer',
    { kind: 'bearer', resources: CUSTOMERS, token: opaque },
    false,
    'bearer_switched_off',
  ],
  [
    'a bearer without the right',
    { kind: 'bearer', resources: CUSTOMERS, token: opaque },
    true,
    'missing_right',
  ],
  [
    'an expired bearer',
    { kind: 'bearer', resources: CUSTOMERS, token: { ...jwt, expired: true } },
    false,
    'expired',
  ],
  ['a revoked bearer', { kind: 'bearer', resources: CUSTOMERS, token: jwt }, false, 'token_not_accepted'],
  [
    'a shopper’s bearer',
    { kind: 'bearer', resources: CUSTOMERS, token: { ...jwt, ofCustomer: true } },
    false,
    'shopper',
  ],
  ['a shopper elsewhere', { kind: 'customer', resources: ['self'] }, false, 'other_website'],
  ['a shopper who asks too much', { kind: 'customer', resources: CUSTOMERS }, false, 'shopper'],
  ['an ended session', { kind: 'session', resources: ['self'] }, false, 'session_ended'],
  ['the cloud service', { kind: 'ims', resources: CUSTOMERS }, true, 'missing_right'],
];

describe('tells apart what Magento answers alike', () => {
  test.each(table)('%s', (_title, circumstances, recognised, reason) => {
    expect(refusalReason({ ...circumstances, recognised })).toBe(reason);
  });
});

test('other routes are tried only when their answer matters', () => {
  const probed = table.filter(([, circumstances]) => needsProbe(circumstances)).map(([title]) => title);
  expect(probed).toEqual([
    'a role without the right',
    'a role without any right',
    'an integration without the right',
    'an inactive integration',
    'an integration token as bearer',
    'a bearer without the right',
    'a revoked bearer',
    'the cloud service',
  ]);
});

test('every reason has an explanation that differs from the others', () => {
  const reasons = [...new Set(table.map(([, , , reason]) => reason)), 'unknown' as const];
  const explanations = reasons.map((reason) => refusalExplanation(reason, CUSTOMERS));
  expect(new Set(explanations).size).toBe(reasons.length);
  expect(refusalExplanation('missing_right', CUSTOMERS)).toContain('Magento_Customer::customer');
});
