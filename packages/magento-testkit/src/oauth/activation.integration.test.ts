import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type ShopOptions, startMagentoShop } from '../shop.ts';

const startShop = (options: ShopOptions = {}) =>
  startMagentoShop({ population: { customers: 2 }, ...options });

/** An app whose callback answers with this status. */
async function startApp(status = 200): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(status).end('ignored');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, bodies };
}

test('the administration posts the credentials and names the page to open', async () => {
  const app = await startApp(500);
  await using shop = await startShop();
  const { id, consumerKey } = shop.oauth.integrations.create({
    name: 'CRM',
    callbackUrl: app.url,
    identityLinkUrl: 'http://app.test/identity',
  });
  const answer = await fetch(`${shop.url}/stand-in/integrations/${id}/activate`, { method: 'POST' });
  expect(await answer.json()).toEqual({
    identity_link: `http://app.test/identity?oauth_consumer_key=${consumerKey}&success_call_back=${shop.url}/admin/integration/loginSuccessCallback/`,
    callback_status: 500,
  });
  expect(new URLSearchParams(app.bodies[0]).get('oauth_consumer_key')).toBe(consumerKey);
});

test('an unused verifier is sent again, and reauthorizing ends the access token', async () => {
  const app = await startApp();
  await using shop = await startShop();
  const { integrations } = shop.oauth;
  const integration = integrations.create({ name: 'CRM', callbackUrl: app.url });
  await shop.oauth.activate('CRM');
  await shop.oauth.activate('CRM');
  const verifiers = () => app.bodies.map((body) => new URLSearchParams(body).get('oauth_verifier'));
  expect(verifiers()[1]).toBe(verifiers()[0]);

  const accessToken = integrations.exchange(integration, 'access').value;
  await shop.oauth.activate('CRM');
  expect(integrations.findByToken(accessToken)).toBeUndefined();
  expect(integration.active).toBe(false);
  expect(verifiers()[2]).not.toBe(verifiers()[0]);
});

test('an app that cannot be reached makes the activation fail', async () => {
  await using shop = await startShop();
  const { id } = shop.oauth.integrations.create({ name: 'CRM', callbackUrl: 'http://127.0.0.1:1/callback' });
  const answer = await fetch(`${shop.url}/stand-in/integrations/${id}/activate`, { method: 'POST' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('The attempt to post data to consumer failed');
});

test('without a callback URL an integration is active at once', async () => {
  await using shop = await startShop();
  const integration = shop.oauth.integrations.create({ name: 'Till' });
  expect(await shop.oauth.activate('Till')).toEqual({ identityLink: undefined, callbackStatus: undefined });
  expect(integration.active).toBe(true);
  await expect(shop.oauth.activate('Nobody')).rejects.toThrow(
    'The shop has no integration "Nobody"; it has "Full access"',
  );
});

test.each([
  ['2.4.3', {}, 200],
  ['2.4.4', {}, 401],
  ['2.4.7', { integrationAsBearer: true }, 200],
])('release %s with %j: an access token as bearer gives %i', async (release, options, status) => {
  await using shop = await startShop({ release, ...options });
  const token = shop.oauth.integrations.get('Full access').token!.value;
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${shop.url}/rest/V1/customers/1`, { headers });
  expect(answer.status).toBe(status);
  shop.oauth.integrations.setActive('Full access', false);
  const inactive = await fetch(`${shop.url}/rest/V1/customers/1`, { headers });
  expect(inactive.status).toBe(401);
});

test('bad OAuth credentials do no harm where none are needed', async () => {
  await using shop = await startShop();
  const headers = { authorization: 'OAuth oauth_consumer_key="nobody"' };
  const open = await fetch(`${shop.url}/rest/V1/directory/currency`, { headers });
  expect(open.status).toBe(200);
  const closed = await fetch(`${shop.url}/rest/V1/customers/1`, { headers });
  expect(closed.status).toBe(400);
  expect(await closed.text()).toContain('oauth_signature_method');
});
