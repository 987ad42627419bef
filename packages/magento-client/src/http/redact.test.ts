import { expect, test } from 'vitest';
import { redact, secretsOfHeaders } from './redact.ts';

test('takes secrets out as they are, percent-encoded and inside JSON', () => {
  const secrets = ['p"ss/wörd', 'plain-secret'];
  const text = `raw p"ss/wörd, query p%22ss%2Fw%C3%B6rd, JSON "p\\"ss/wörd", twice plain-secret plain-secret.`;
  expect(redact(text, secrets)).toBe(
    'raw [secret], query [secret], JSON "[secret]", twice [secret] [secret].',
  );
});

test('leaves the message alone where there is nothing to take out', () => {
  expect(redact('No such entity with customerId = 7', ['', 'id', 'e'])).toBe(
    'No such entity with customerId = 7',
  );
});

test('finds the secrets in what every strategy sends', () => {
  expect(secretsOfHeaders({ authorization: 'Bearer abc.def.ghi' })).toEqual(['abc.def.ghi']);
  expect(secretsOfHeaders({ cookie: 'PHPSESSID=abcdef', 'x-requested-with': 'XMLHttpRequest' })).toEqual([
    'abcdef',
  ]);
  const authorization = 'OAuth oauth_consumer_key="ck", oauth_token="tk0123", oauth_signature="a%2Bb%3D"';
  expect(secretsOfHeaders({ authorization })).toEqual(['tk0123', 'a%2Bb%3D', 'tk0123', 'a+b=']);
  expect(secretsOfHeaders({})).toEqual([]);
});
