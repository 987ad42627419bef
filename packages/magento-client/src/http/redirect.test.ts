import { expect, test } from 'vitest';
import { explainRedirect } from './redirect.ts';

const from = 'http://shop.example.com/de/rest/V1/customers/search?search_criteria=secret';
const path = '/de/rest/V1/customers/search';

test.each([
  [
    'to https',
    `https://shop.example.com${path}?search_criteria=secret`,
    'Set baseUrl to https://shop.example.com/de.',
  ],
  ['to www', `http://www.shop.example.com${path}`, 'Set baseUrl to http://www.shop.example.com/de.'],
  [
    'to www, all paths to its root',
    'https://www.shop.example.com/',
    'Set baseUrl to https://www.shop.example.com/de.',
  ],
  [
    'to a path below',
    '/de/index.php/rest/V1/customers/search',
    'Set baseUrl to http://shop.example.com/de/index.php.',
  ],
  ['to another sub-path', '/en/rest/V1/customers/search', 'Set baseUrl to http://shop.example.com/en.'],
  ['to no sub-path', '/rest/V1/customers/search', 'Set baseUrl to http://shop.example.com.'],
  ['to another host', `https://new.example.net${path.slice(3)}`, 'Set baseUrl to https://new.example.net.'],
  ['to the same address', `${path}?search_criteria=secret`, 'a protection against bots that sets a cookie'],
  ['to a slash at the end', `${path}/?search_criteria=secret`, 'adds or removes a slash'],
  ['to a login page', '/customer/account/login/', 'a login page'],
  ['to a login elsewhere', 'https://sso.example.com/login?next=secret', 'a login page'],
  ['to some page', '/blocked.html', 'no address of the API'],
  ['nowhere', undefined, 'without saying where to'],
  ['to nonsense', 'http://', 'without saying where to'],
])('%s', (_name, location, cure) => {
  const said = explainRedirect(from, location);
  expect(said).toContain(cure);
  expect(said).not.toContain('secret');
});

test('from https to http the web server forgets how it was asked', () => {
  const said = explainRedirect('https://shop.example.com/rest/V1/x', 'http://shop.example.com/rest/V1/x');
  expect(said).toContain('X-Forwarded-Proto');
  expect(said).not.toContain('Set baseUrl');
});
