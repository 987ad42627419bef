import { describe, expect, test } from 'vitest';
import { candidates, connect, startSmallShop } from '../testing/strategies.ts';
import { declareBattery } from '../testing/strategy-battery.ts';

const overSoap = Object.entries(candidates).flatMap(([kind, candidate]) =>
  candidate.read.soap === undefined ? [] : [{ kind, candidate, read: candidate.read.soap }],
);

test('every strategy that Magento takes over SOAP is here', () => {
  expect(overSoap.map(({ kind }) => kind)).toEqual([
    'admin',
    'integration',
    'bearer',
    'customer',
    'admin with a second factor',
    'guest',
  ]);
});

describe.each(overSoap)('$kind', ({ candidate, read }) => {
  declareBattery(candidate, read);

  test('many calls at once share one WSDL', async () => {
    await using shop = await startSmallShop(candidate.shop);
    await using client = await connect(candidate, shop);
    await Promise.all(Array.from({ length: 24 }, () => read(client)));
    expect(shop.requests.count('wsdl', 'GET')).toBe(1);
  });
});
