import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoginBreakerOpenError, MagentoError } from '@magento-sync/magento-client';
import { expect, test } from 'vitest';
import { inWordsOfTheWorker, optionVariables } from './client-words.ts';

const client = fileURLToPath(new URL('../../../packages/magento-client/src', import.meta.url));
const plain = (message: string) => new MagentoError(message, { code: 'network', retryable: false });
const say = (message: string) => inWordsOfTheWorker(message, plain(message));

test('options are named by their variables, whole names only', () => {
  expect(
    say('Check baseUrl. set signingBaseUrl; auth.consumerKey is not one, raise timeouts.headersMs.'),
  ).toBe(
    'Check MAGENTO_BASE_URL. set MAGENTO_SIGNING_BASE_URL; MAGENTO_CONSUMER_KEY is not one, raise MAGENTO_HEADERS_TIMEOUT.',
  );
  expect(say('/rest/V1/baseUrl and storeCodes stay')).toBe('/rest/V1/baseUrl and storeCodes stay');
});

test('every option that a message of the client names has a variable', () => {
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/test|testing/.test(file),
  );
  const options =
    /\b(auth\.[a-z]\w+|timeouts\.\w+|(?:signingB|b)aseUrl|storeCode|basicAuth|extraHeaders|proxy\.\w+|certificateAuthorities)\b/g;
  const named = files.flatMap((file) => {
    // What stands between quotation marks or backticks and reads like a sentence; `${…}` is code.
    const texts = readFileSync(join(client, file), 'utf8')
      .replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '')
      .matchAll(/'([^'\n]*\w [^'\n]*)'|`([^`]*\w [^`]*)`/g);
    return [...texts].flatMap(([, quoted, template]) =>
      [...(quoted ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, '').matchAll(options)].map(([name]) => name),
    );
  });
  expect(new Set(named).size).toBeGreaterThan(5);
  expect([...new Set(named)].filter((name) => !(name in optionVariables))).toEqual([]);
});

test('a closed door names the command that opens it', () => {
  const at = { status: 401, method: 'POST', path: '/V1/integration' };
  const error = new LoginBreakerOpenError('Not before noon', at, { reason: 'refused', retryAt: new Date(0) });
  expect(inWordsOfTheWorker(error.message, error)).toBe(
    'Not before noon. When it was put right in the shop, "magento-sync sign-in" tries at once.',
  );
});
