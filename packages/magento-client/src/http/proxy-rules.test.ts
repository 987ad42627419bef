import { expect, test } from 'vitest';
import { proxyFor } from './proxy-rules.ts';

const proxy = { http: 'http://plain:3128', https: 'http://tunnel:3128' };

test('the scheme of the address chooses the proxy', () => {
  expect(proxyFor('http://shop.example.com/rest', proxy)).toBe('http://plain:3128');
  expect(proxyFor('https://shop.example.com/rest', proxy)).toBe('http://tunnel:3128');
  expect(proxyFor('https://shop.example.com/rest', { http: proxy.http })).toBeUndefined();
  expect(proxyFor('https://shop.example.com/rest', undefined)).toBeUndefined();
});

test.each([
  ['*', 'https://shop.example.com', true],
  ['example.com', 'https://shop.example.com', true],
  ['.example.com', 'https://shop.example.com', true],
  ['*.example.com', 'https://SHOP.example.com', true],
  ['other.org, Shop.Example.com', 'https://shop.example.com', true],
  ['other.org shop.example.com', 'https://shop.example.com', true],
  ['ample.com', 'https://shop.example.com', false],
  ['shop.example.com:8443', 'https://shop.example.com:8443', true],
  ['shop.example.com:8443', 'https://shop.example.com', false],
  ['shop.example.com:443', 'https://shop.example.com', true],
  ['10.0.0.0/8', 'http://10.1.2.3:8080', true],
  ['10.0.0.0/8', 'http://11.1.2.3', false],
  ['10.0.0.0/99', 'http://10.1.2.3', false],
  ['10.1.2.3', 'http://10.1.2.3', true],
  ['::1', 'http://[::1]:8080', true],
  ['[::1]', 'http://[::1]', true],
  ['', 'https://shop.example.com', false],
])('NO_PROXY=%s and %s', (none, url, direct) => {
  expect(proxyFor(url, { ...proxy, none }) === undefined).toBe(direct);
});
