import { expect, test } from 'vitest';
import { generationOf, type Observations } from './generation.ts';

const opaque: Observations = { credential: { kind: 'opaque', lifeMs: null }, issuedByLogin: true };
const jwt: Observations = { credential: { kind: 'jwt', lifeMs: 3_600_000 }, issuedByLogin: true };

test.each<[string, Observations, string]>([
  ['nothing seen', {}, 'unknown'],
  ['2.3 by its pages', { pastLastPage: 'repeated' }, '2.3.0-2.3.7'],
  ['2.3 by everything', { ...opaque, pastLastPage: 'repeated', verbRefusal: 400 }, '2.3.0-2.3.7'],
  ['opaque tokens alone', opaque, '2.3.0-2.4.3'],
  ['2.4.0 to 2.4.3', { ...opaque, pastLastPage: 'empty', verbRefusal: 400 }, '2.4.0-2.4.3'],
  ['2.4.4', { ...jwt, pastLastPage: 'empty', verbRefusal: 400 }, '2.4.4'],
  ['2.4.5', { ...jwt, pastLastPage: 'empty', verbRefusal: 405 }, '2.4.5 or newer'],
  ['an integration of 2.4.4 or older', { pastLastPage: 'empty', verbRefusal: 400 }, '2.4.0-2.4.4'],
  [
    'a token that was only handed over',
    { ...opaque, issuedByLogin: false, verbRefusal: 405 },
    '2.4.5 or newer',
  ],
  ['an empty shop', { verbRefusal: 405 }, '2.4.5 or newer'],
  ['a firewall that refuses verbs', { verbRefusal: 403, pastLastPage: 'empty' }, '2.4.0 or newer'],
  ['subscriptions in lists', { subscriptionInLists: true }, '2.4.0 or newer'],
  ['no subscriptions in lists', { subscriptionInLists: false, verbRefusal: 405 }, '2.4.5 or newer'],
  ['a shop that says it', { announced: '2.3 (Enterprise)' }, '2.3.0-2.3.7'],
  ['a shop that says it is 2.4', { announced: '2.4 (Community)', ...opaque }, '2.4.0-2.4.3'],
  ['signs that exclude each other', { pastLastPage: 'repeated', verbRefusal: 405 }, 'contradictory'],
])('%s', (_what, seen, release) => {
  expect(generationOf(seen).release).toBe(release);
});

test('every sign is named, so that a person can judge', () => {
  const { evidence } = generationOf({
    ...jwt,
    pastLastPage: 'empty',
    verbRefusal: 405,
    announced: '2.4 (Community)',
  });
  expect(evidence).toEqual([
    '/magento_version says 2.4 (Community)',
    'a page behind the last one is empty: 2.4.0 or newer',
    'tokens are JWTs: 2.4.4 or newer',
    'an unknown verb is refused with 405: 2.4.5 or newer',
  ]);
});
