import { describe, expect, test } from 'vitest';
import { isOutage, isTooMuch, mayBeAboutRows } from './error-kinds.ts';
import {
  AuthenticationError,
  BadRequestError,
  GateRefusedError,
  MagentoNetworkError,
  MagentoResponseError,
  MagentoTimeoutError,
  MaintenanceError,
  NotFoundError,
  OutageError,
  PageSizeTooLargeError,
  PermissionError,
  ServerFault,
  ThrottledError,
  TwoFactorRequiredError,
} from './errors.ts';
import { responseError } from './response-error.ts';
import { type Exchange, readExchange, readExchanges } from './testing/recordings.ts';

function errorOf(exchange: Exchange): MagentoResponseError {
  const { status, headers, body } = exchange.response;
  const path = exchange.request.path.split('?')[0] ?? '';
  return responseError({ status, headers, text: body }, { method: exchange.request.method, path }, 0);
}

function answer(status: number, text: string, headers: Record<string, string> = {}): MagentoResponseError {
  return responseError({ status, headers, text }, { method: 'GET', path: '/V1/x' }, Date.UTC(2026, 0, 1));
}

describe('recorded refusals', () => {
  test.each([
    ['tokens.json', 'wrong password', AuthenticationError, 'sign-in was incorrect'],
    ['tokens.json', 'both missing', BadRequestError, '"username" is required'],
    [
      'tokens.json',
      'customers/1 as guest',
      PermissionError,
      'Give the role of this account Magento_Customer::customer',
    ],
    ['tokens.json', 'customers/me as guest', PermissionError, 'log in as a customer'],
    ['two-factor.json', 'plain token endpoint, good password', TwoFactorRequiredError, 'auth.totpSecret'],
    [
      'two-factor.json',
      'plain token endpoint, user without a configured provider',
      TwoFactorRequiredError,
      'follow the link in the e-mail',
    ],
    ['reads.json', 'missing customer', NotFoundError, 'No such entity with customerId = 999999'],
    ['reads.json', 'unknown attribute', NotFoundError, 'entityType = customer, attributeCode = nope'],
    ['reads.json', 'no such route', MagentoResponseError, 'has no route GET /rest/V1/nope'],
    ['reads.json', 'no version', BadRequestError, 'Check storeCode and baseUrl'],
    [
      'customers-search.json',
      'unknown filter field',
      BadRequestError,
      'The "nope" attribute name is invalid',
    ],
    [
      'customers-search.json',
      'bad sort direction',
      BadRequestError,
      'as ASC for ascending order or DESC for',
    ],
    ['customers-search.json', 'unknown store scope', BadRequestError, 'unknown store code'],
    ['input-limits.json', 'camelCase pageSize 1000', PageSizeTooLargeError, 'limits the page size to 300'],
    ['input-limits.json', '21 filter groups', BadRequestError, 'FilterGroup" is 20'],
    ['outages.json', 'maintenance mode', MaintenanceError, 'Error 503: Service Unavailable'],
    ['outages.json', 'database down', OutageError, 'most likely because its database is down'],
  ])('%s: %s', (file, title, type, text) => {
    const error = errorOf(readExchange(file, title));
    expect(error).toBeInstanceOf(type);
    expect(error.message).toContain(text);
  });

  test('no message keeps a placeholder that has a parameter', () => {
    const files = [
      'tokens.json',
      'reads.json',
      'customers-search.json',
      'input-limits.json',
      'writes.json',
      'oauth.json',
    ];
    const refusals = files.flatMap(readExchanges).filter((exchange) => exchange.response.status >= 400);
    expect(refusals.length).toBeGreaterThan(40);
    for (const refusal of refusals)
      expect(errorOf(refusal).message).not.toMatch(/%(1|2|\w+Name|\w+Value|resources|max)\b/);
  });

  test('parameters, providers and limits stay readable by programs', () => {
    expect(errorOf(readExchange('reads.json', 'missing customer')).parameters).toEqual({
      fieldName: 'customerId',
      fieldValue: 999999,
    });
    expect(errorOf(readExchange('customers-search.json', 'bad sort direction')).parameters).toEqual({
      '1': 'ASC',
      '2': 'DESC',
    });
    const limit = errorOf(readExchange('input-limits.json', 'camelCase pageSize 1000'));
    expect(limit).toMatchObject({ max: 300, code: 'page_size_too_large' });
    const providers = errorOf(readExchange('two-factor.json', 'plain token endpoint, good password'));
    expect(providers).toMatchObject({ activeProviders: ['google'], code: 'two_factor_required' });
  });
});

describe('a shop that is away', () => {
  const after = (durationMs: number, status: number, text = '') =>
    responseError({ status, headers: {}, text }, { method: 'GET', path: '/V1/x', durationMs }, 0);

  test.each([502, 504, 520, 521, 522, 523, 524, 530])(
    '%i at once is an outage, after a long wait none',
    (status) => {
      expect(after(20, status)).toMatchObject({
        constructor: OutageError,
        reason: 'gateway',
        retryable: true,
      });
      expect(isOutage(after(20, status))).toBe(true);
      expect(isTooMuch(after(20, status))).toBe(false);
      expect(after(2_500, status)).toBeInstanceOf(ServerFault);
      expect(isTooMuch(after(60_000, status))).toBe([502, 504, 524].includes(status));
    },
  );

  const page = '<!doctype html><title>There has been an error processing your request</title>';
  test.each([
    ['the recorded page', page],
    ['its text alone', 'An error has happened during application run. See exception log for details.'],
    [
      'developer mode',
      '1 exception(s):\nException #0 (Zend_Db_Adapter_Exception): SQLSTATE[HY000] [2002] Connection refused',
    ],
    ['a full database', 'SQLSTATE[HY000] [1040] Too many connections'],
  ])('a database that is down: %s', (_what, text) => {
    expect(after(20, 500, text)).toMatchObject({ constructor: OutageError, reason: 'database' });
  });

  test.each([
    ['a page that names its report', `${page}<p>Error log record number: <strong>4a5f00112233</strong></p>`],
    ['JSON', '{"message":"There has been an error processing your request"}'],
    ['JSON about the database', '{"message":"SQLSTATE[HY000] [2002] Connection refused"}'],
    ['an internal error', '{"message":"Internal Error. Report ID: webapi-65f1c0d2a3b4c"}'],
    ['another page', '<html><title>500 Internal Server Error</title></html>'],
    ['nothing', ''],
  ])('%s with status 500 is a fault of the shop', (_what, text) => {
    const error = after(20, 500, text);
    expect(error).toBeInstanceOf(ServerFault);
    expect(isOutage(error)).toBe(false);
    expect(mayBeAboutRows(error)).toBe(true);
  });

  test('a shop that nobody reached is away, one that asks for patience is not', () => {
    expect(isOutage(new MagentoNetworkError('refused', { mayHaveArrived: false }))).toBe(true);
    expect(isOutage(new MagentoTimeoutError('no connection', { mayHaveArrived: false }))).toBe(true);
    expect(isOutage(new MagentoNetworkError('reset'))).toBe(false);
    expect(isOutage(new MagentoTimeoutError('slow'))).toBe(false);
    expect(isOutage(answer(429, ''))).toBe(false);
    expect(isOutage(answer(503, ''))).toBe(true);
  });
});

describe('answers that are not Magento’s own', () => {
  test('maintenance in developer mode is a 500 with a stack trace as text', () => {
    const text =
      '1 exception(s):\nException #0 (Exception): Unable to proceed: the maintenance mode is enabled. \n\nException #0 (Exception)';
    expect(answer(500, text, { 'content-type': 'text/plain;charset=UTF-8' })).toBeInstanceOf(
      MaintenanceError,
    );
  });

  test('an internal error keeps the id under which Magento logged it', () => {
    const error = answer(
      500,
      '{"message":"Internal Error. Details are available in Magento log file. Report ID: webapi-65f1c0d2a3b4c"}',
    );
    expect(error).toMatchObject({ reportId: 'webapi-65f1c0d2a3b4c', retryable: true });
    expect(error.message).toContain('Search for webapi-65f1c0d2a3b4c');
  });

  test('the fatal-error handler’s own shape is read', () => {
    const error = answer(
      500,
      '{"messages":{"error":[{"code":500,"message":"Server internal error. See details in report api\\/123456789"}]}}',
    );
    expect(error).toMatchObject({ reportId: 'api/123456789' });
  });

  test.each([
    [429, '', ThrottledError, true],
    [403, '<html><title>Access denied</title></html>', PermissionError, false],
    [502, '<html><title>502 Bad Gateway</title></html>', ServerFault, true],
    [524, '', ServerFault, true],
    [504, '', ServerFault, true],
    [404, '<html><title>Not found</title></html>', MagentoResponseError, false],
    [401, '<html><title>401 Authorization Required</title></html>', GateRefusedError, false],
    [407, '', GateRefusedError, false],
    [405, '{"message":"The PATCH HTTP method is not supported."}', BadRequestError, false],
  ])('%i %s', (status, text, type, retryable) => {
    const error = answer(status, text);
    expect(error).toBeInstanceOf(type);
    expect(error.retryable).toBe(retryable);
    expect(error).not.toBeInstanceOf(NotFoundError);
  });

  test.each([
    [
      'an nginx',
      '<html>no</html>',
      { 'www-authenticate': 'Basic realm="Staging"' },
      'Basic',
      /401, Basic "Staging".*basicAuth/,
    ],
    ['a gateway in JSON', '{"message":"no"}', { 'www-authenticate': 'basic' }, 'basic', /basicAuth/],
    ['Kerberos', '', { 'www-authenticate': 'Negotiate' }, 'Negotiate', /cannot sign in there by Negotiate/],
    ['nobody in particular', 'Unauthorized', {}, null, /login of its own/],
    ['JSON that is not Magento’s', '{"error":"unauthorized"}', {}, null, /login of its own/],
  ])('a 401 of %s is the gate’s, not the shop’s', (_name, text, headers, scheme, says) => {
    const error = answer(401, text, headers);
    expect(error).toBeInstanceOf(GateRefusedError);
    expect(error).not.toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ scheme, code: 'gate_refused' });
    expect(error.message).toMatch(says);
  });

  test('a 401 in Magento’s words is the shop’s, also from a gateway that asks for a token', () => {
    for (const headers of [{}, { 'www-authenticate': 'Bearer error="invalid_token"' }])
      expect(answer(401, '{"message":"no"}', headers)).toBeInstanceOf(AuthenticationError);
  });

  test('Retry-After is read as seconds and as a date of the shop’s clock', () => {
    expect(answer(429, '', { 'retry-after': '7' }).retryAfterMs).toBe(7_000);
    expect(answer(503, '', { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }).retryAfterMs).toBe(60_000);
    expect(answer(503, '', { 'retry-after': 'soon' }).retryAfterMs).toBeNull();
    expect(answer(403, '', { 'retry-after': '5' })).toBeInstanceOf(ThrottledError);
  });

  test('a redirect names the address to configure', () => {
    const error = answer(301, '', { location: 'https://www.shop.example.com/rest/V1/x?secret=1' });
    expect(error.message).toContain('redirects /V1/x (301) to https://www.shop.example.com');
    expect(error.message).not.toContain('secret');
  });
});
