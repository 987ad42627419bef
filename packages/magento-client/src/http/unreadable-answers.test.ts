import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { MaintenanceError, type PayloadProblem, ServerFault, UnexpectedPayloadError } from '../errors.ts';
import { rawAnswer, startRawServer } from '../testing/raw-server.ts';

const json = '["Magento_Store","Grüße"]';
const modules = ['Magento_Store', 'Grüße'];

function connect(baseUrl: string) {
  return createMagentoClient({
    baseUrl,
    auth: { kind: 'guest' },
    maxBodyBytes: 20_000,
    retry: { attempts: 4, baseDelayMs: 0 },
  });
}

async function read(answer: Buffer | string): Promise<unknown> {
  await using shop = await startRawServer(() => answer);
  await using client = connect(shop.url);
  return await client.modules.all();
}

async function refusal(answer: Buffer | string): Promise<{ error: UnexpectedPayloadError; asked: number }> {
  await using shop = await startRawServer(() => answer);
  await using client = connect(shop.url);
  const error: unknown = await client.modules.all().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnexpectedPayloadError);
  return { error: error as UnexpectedPayloadError, asked: shop.count() };
}

const plain = Buffer.from(json);
const encodings: [string, string[], Buffer][] = [
  ...[
    'none',
    'UTF-8',
    'utf8',
    'gzip',
    'gzip, gzip',
    'br',
    'deflate',
    'identity, identity',
    '',
    ',',
    'zstd',
  ].map((encoding): [string, string[], Buffer] => [
    `"${encoding}" over plain JSON`,
    [`Content-Encoding: ${encoding}`],
    plain,
  ]),
  ['repeated headers over plain JSON', ['Content-Encoding: none', 'Content-Encoding: gzip'], plain],
  ['gzip without a header', [], gzipSync(plain)],
  ['gzip said to be none', ['Content-Encoding: none'], gzipSync(plain)],
  ['gzip said to be br', ['Content-Encoding: br'], gzipSync(plain)],
  ['gzip said twice and done once', ['Content-Encoding: gzip, gzip'], gzipSync(plain)],
  ['gzip said once and done twice', ['Content-Encoding: gzip'], gzipSync(gzipSync(plain))],
  ['gzip, said in two headers', ['Content-Encoding: gzip', 'Content-Encoding: UTF-8'], gzipSync(plain)],
  ['br', ['Content-Encoding: br'], brotliCompressSync(plain)],
  ['br within gzip', ['Content-Encoding: br, gzip'], gzipSync(brotliCompressSync(plain))],
  ['deflate', ['Content-Encoding: deflate'], deflateSync(plain)],
  ['deflate as some servers send it', ['Content-Encoding: deflate'], deflateRawSync(plain)],
];

test.each(encodings)('%s is read', async (_what, headers, body) => {
  expect(await read(rawAnswer([...headers, `content-length: ${body.length}`], body))).toEqual(modules);
});

test('another encoding of text is read when the header says so', async () => {
  const body = Buffer.from(json, 'latin1');
  const headers = ['content-type: application/json; charset=ISO-8859-1', `content-length: ${body.length}`];
  expect(await read(rawAnswer(headers, body))).toEqual(modules);
});

test.each<[string, string | Buffer]>([
  ['a byte order mark', `\uFEFF${json}`],
  ['two byte order marks and blanks', `\n\uFEFF \uFEFF\t${json}\n\uFEFF`],
  ['blanks and a zero byte', ` \r\n\0${json}\0`],
  ['UTF-16', Buffer.from(`\uFEFF${json}`, 'utf16le')],
])('%s around JSON is passed over', async (_what, body) => {
  expect(await read(rawAnswer([`content-length: ${Buffer.byteLength(body)}`], body))).toEqual(modules);
});

const notice =
  '<br />\n<b>Deprecated</b>:  strtolower(): Passing null of ada@example.com in <b>/srv/shop/app/code/Acme/Crm/Plugin/Customer.php</b> on line <b>42</b><br />\n';
const bare =
  'PHP Warning:  Undefined array key "phone" in /srv/shop/vendor/acme/crm/Model/Export.php on line 7\n';
const chunked = 'transfer-encoding: chunked';
const whole = (body: string | Buffer, headers: string[] = []) =>
  rawAnswer([`content-length: ${Buffer.byteLength(body)}`, ...headers], body);
const garbage = Buffer.from([0xff, 0x00, 0x13, 0x37, 0x80, 0x81]);

const unusable: [string, Buffer, PayloadProblem, RegExp][] = [
  [
    'a notice of PHP before the JSON',
    whole(notice + json),
    'text_around',
    /a "Deprecated" of app\/code\/Acme\/Crm\/Plugin\/Customer\.php, line 42, that PHP prints before the JSON\. Set display_errors = Off/,
  ],
  [
    'a warning behind it',
    whole(`${json}\n${bare}`),
    'text_around',
    /vendor\/acme\/crm\/Model\/Export\.php, line 7, that PHP prints behind/,
  ],
  [
    'a notice, as a web page',
    whole(notice + json, ['content-type: text/html']),
    'text_around',
    /display_errors/,
  ],
  [
    'a notice before a token',
    whole(`${notice}"eyJhbGciOiJIUzI1NiJ9.e30.abc"`),
    'text_around',
    /display_errors/,
  ],
  [
    'other text before it',
    whole(`debug [1] {}: ${json}`),
    'text_around',
    /has text before the JSON\. A module/,
  ],
  [
    'a fatal error of PHP instead of it',
    whole(
      '<br />\n<b>Fatal error</b>:  Allowed memory size of 268435456 bytes exhausted in <b>/srv/lib/internal/A.php</b> on line <b>9</b><br />',
    ),
    'invalid_json',
    /a "Fatal error" of lib\/internal\/A\.php, line 9, that PHP prints instead of JSON/,
  ],
  [
    'a web page',
    whole('<!DOCTYPE html><title>Just a moment...</title>'),
    'web_page',
    /"Just a moment\.\.\."/,
  ],
  ['nothing', whole(''), 'empty', /is empty, although its status is 200/],
  ['nothing but a mark', whole('\uFEFF \n'), 'empty', /error log of PHP/],
  ['something else', whole("{'a': 1}"), 'invalid_json', /is not JSON \(8 characters\)/],
  ['a comma too many', whole('["a",]'), 'invalid_json', /is not JSON/],
  ['Latin-1', whole(Buffer.from('["Gr\xfc\xdfe"]', 'latin1')), 'invalid_utf8', /bytes that are not UTF-8/],
  ['another shape', whole('{"a":1}'), 'shape', /not as Magento documents it/],
  [
    'bytes without sense',
    whole(garbage, ['Content-Encoding: br']),
    'encoding',
    /says "Content-Encoding: br", and its bytes are neither/,
  ],
  [
    'a gzip that breaks',
    whole(Buffer.concat([gzipSync(plain).subarray(0, 12), garbage, garbage]), ['Content-Encoding: gzip']),
    'encoding',
    /Content-Encoding: gzip/,
  ],
  ['a length that is not reached', rawAnswer(['content-length: 500'], json), 'cut', /27 of 500 bytes came/],
  ['no last chunk', rawAnswer([chunked], `1b\r\n${json}\r\n`), 'cut', /ended after 27 bytes/],
  ['half a chunk', rawAnswer([chunked], `ff\r\n${json}`), 'cut', /was cut off/],
  ['a broken chunk', rawAnswer([chunked], `1b\r\n${json}\r\nzz\r\n`), 'cut', /was cut off/],
  ['half a text, of the right length', whole(json.slice(0, 12)), 'cut', /JSON ends unfinished/],
  [
    'half an object, ended by the connection',
    rawAnswer([], '{"items":[{"id":1},{"id'),
    'cut',
    /JSON ends unfinished/,
  ],
  [
    'half a gzip',
    whole(gzipSync(plain).subarray(0, 20), ['Content-Encoding: gzip']),
    'cut',
    /compression ends early/,
  ],
  [
    'half a gzip, of a length that is not reached',
    rawAnswer(['content-length: 99', 'Content-Encoding: gzip'], gzipSync(plain).subarray(0, 20)),
    'cut',
    /20 of 99 bytes/,
  ],
  [
    'too many bytes',
    rawAnswer([], JSON.stringify('x'.repeat(20_001))),
    'too_large',
    /larger than 20000 bytes/,
  ],
  ['a length beyond the limit', rawAnswer(['content-length: 99999999'], '["'), 'too_large', /smaller pages/],
  [
    'too many bytes of gzip',
    whole(gzipSync('0'.repeat(1_000_000)), ['Content-Encoding: gzip']),
    'too_large',
    /larger than/,
  ],
  [
    'too many bytes of gzip that nobody announced',
    whole(gzipSync('0'.repeat(1_000_000))),
    'too_large',
    /larger than/,
  ],
];

test.each(unusable)('%s is a typed error', async (_what, answer, problem, message) => {
  const { error, asked } = await refusal(answer);
  expect(error.problem).toBe(problem);
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/ada@example|Grü|\/srv\/|maxBodyBytes/);
  // What may pass is asked for three times, what is too large or printed by PHP will come again.
  expect(asked).toBe(error.retryable ? 3 : 1);
});

test('an answer that was cut once is read the second time', async () => {
  await using shop = await startRawServer((number) =>
    number === 1 ? rawAnswer(['content-length: 500'], json) : whole(json),
  );
  await using client = connect(shop.url);
  expect(await client.modules.all()).toEqual(modules);
});

test('a refusal counts by its status however broken its body is', async () => {
  await using unavailable = await startRawServer(() =>
    rawAnswer(['Content-Encoding: gzip', 'retry-after: 900'], garbage, '503 Service Unavailable'),
  );
  await using client = connect(unavailable.url);
  await expect(client.modules.all()).rejects.toThrow(MaintenanceError);
  await using failing = await startRawServer(() =>
    rawAnswer(
      ['content-length: 500'],
      `\uFEFF{"message":"Report ID: webapi-65f1c0d2a3b4c"}`,
      '500 Internal Server Error',
    ),
  );
  await using other = connect(failing.url);
  const error: unknown = await other.modules.all().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServerFault);
  expect(error).toMatchObject({ reportId: 'webapi-65f1c0d2a3b4c' });
});

test('hostile answers take no minutes to be told', async () => {
  const long = 200_000;
  const hostile = [
    `x${' '.repeat(long)}x`,
    `x${'{"a":'.repeat(long / 5)}`,
    `{"a":[${'{"b":1},'.repeat(long / 8)}`,
    '<b>Notice</b>: '.repeat(long / 15),
  ];
  for (const body of hostile) {
    await using shop = await startRawServer(() => whole(body));
    await using client = createMagentoClient({
      baseUrl: shop.url,
      auth: { kind: 'guest' },
      retry: { attempts: 1 },
    });
    await expect(client.modules.all()).rejects.toThrow(UnexpectedPayloadError);
  }
});
