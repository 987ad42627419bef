import { describe, expect, test } from 'vitest';
import { createServiceUrls } from './service-url.ts';

describe('on premises', () => {
  test('the store code is a segment of the path', () => {
    const urls = createServiceUrls({ baseUrl: 'https://Shop.Example.com:443/magento/', storeCode: 'eu_de' });
    expect(urls.rest('/V1/x', 'a=1')).toBe('https://shop.example.com/magento/rest/eu_de/V1/x?a=1');
    expect(urls.root('/oauth/token/request')).toBe('https://shop.example.com/magento/oauth/token/request');
    expect(urls.soap('services=a')).toBe('https://shop.example.com/magento/soap/eu_de?services=a');
    expect(urls.scopeHeaders).toEqual({});
  });

  test('without one, the shop’s default store view answers', () => {
    const urls = createServiceUrls({ baseUrl: 'http://127.0.0.1:8090' });
    expect(urls.rest('/V1/x')).toBe('http://127.0.0.1:8090/rest/V1/x');
    expect(urls.soap('services=a')).toBe('http://127.0.0.1:8090/soap/default?services=a');
  });

  test('behind a proxy, the signed URL is the one that the shop sees', () => {
    const urls = createServiceUrls({
      baseUrl: 'http://10.0.0.5:8080/m',
      signingBaseUrl: 'https://shop.example.com',
    });
    expect(urls.signing(urls.rest('/V1/x', 'a=1'))).toBe('https://shop.example.com/rest/V1/x?a=1');
    expect(
      createServiceUrls({ baseUrl: 'https://a.example.com' }).signing('https://a.example.com/rest/V1/x'),
    ).toBe('https://a.example.com/rest/V1/x');
  });
});

test('in the cloud service the scope is a header', () => {
  const urls = createServiceUrls({
    baseUrl: 'https://na1.api.commerce.adobe.com/tenant',
    storeCode: 'all',
    cloud: true,
  });
  expect(urls.rest('/V1/customers/1')).toBe('https://na1.api.commerce.adobe.com/tenant/V1/customers/1');
  expect(urls.scopeHeaders).toEqual({ Store: 'all' });
});
