import { describe, expect, test } from 'vitest';
import { candidates } from '../testing/strategies.ts';
import { declareBattery } from '../testing/strategy-battery.ts';

const overSoap = Object.entries(candidates).filter(([, { read }]) => read.soap !== undefined);

test('every strategy that Magento takes over SOAP is here', () => {
  expect(overSoap.map(([kind]) => kind)).toEqual([
    'admin',
    'integration',
    'bearer',
    'customer',
    'admin with a second factor',
    'guest',
  ]);
});

describe.each(overSoap)('%s', (_kind, candidate) => declareBattery(candidate, 'soap'));
