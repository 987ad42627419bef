import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { customers } from '@magento-sync/entities';
import { expect, test } from 'vitest';
import { contentHash } from './content-hash.ts';

test('the hashes of the recorded customers are what they always were: an existing copy stays equal', () => {
  const recorded = readFileSync(
    new URL('../../../../../recordings/customers.ndjson', import.meta.url),
    'utf8',
  );
  const hashes = recorded
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => contentHash(JSON.parse(line) as Record<string, unknown>, customers));
  expect(hashes).toHaveLength(2_500);
  expect(hashes[0]).toBe('3a498095ea2b464b15e5d901935741f74433e4022d24a37ddc3b9eda6913ff07');
  expect(createHash('sha256').update(hashes.join()).digest('hex')).toBe(
    '9cc69c66e9873b0d9d5103e287abd9754bfef03fca3cd118d921b2f28b2565ba',
  );
});
