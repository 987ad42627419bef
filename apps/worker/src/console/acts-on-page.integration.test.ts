import { describe, expect, test } from 'vitest';
import { hiddenFields, passwords, servePage } from '../../testing/served-page.ts';
import { lookAt } from '../alerts/alert-life.ts';
import type { AlertIdentity } from '../alerts/rules.ts';
import { actDefinitions } from './acts.ts';

/** A page with somebody who is signed in. */
async function start(role: keyof typeof passwords = 'operator') {
  const served = await servePage();
  const visitor = served.visitor();
  expect((await visitor.signIn(passwords[role])).status).toBe(303);
  const acts = async () =>
    (await served.store.acts.recent('eu')).map(
      ({ act, by, via, why, outcome }) => `${act} by ${by} on the ${via}, ${why}: ${outcome}`,
    );
  const jobs = async () =>
    Object.values(await served.queues.counts()).reduce((sum, { waiting = 0 }) => sum + waiting, 0);
  return { ...served, someone: visitor, acts, jobs };
}

test('what operators do is done, and stands on the page with who, when and why', async () => {
  const { someone, store, acts, jobs } = await start();
  expect(await someone.act('/shops/eu/pause', { why: 'PHP <upgrade>', hours: '2' })).toMatchObject({
    status: 303,
  });
  expect(await store.pauses.active('eu')).toMatchObject([
    { entity: 'all', kind: 'all', by: 'Ada', why: 'PHP <upgrade>', until: expect.any(Date) },
  ]);
  const paused = await someone.ask('/shops/eu');
  expect(paused.text).toContain('<title>‖ eu: paused');
  expect(paused.text).toContain('PHP &lt;upgrade&gt;');
  expect((await someone.act('/shops/eu/pull', { entity: 'customers' })).text).toContain('Resume it first');
  expect(await someone.act('/shops/eu/resume')).toMatchObject({ status: 303 });
  expect(await store.pauses.active('eu')).toEqual([]);

  await store.quarantine.add({
    shop: 'eu',
    entity: 'customers',
    id: 7,
    reason: 'broken',
    nextAttemptAt: new Date(0),
  });
  for (const name of ['pull', 'sweep', 'reconcile', 'verify', 'retry'])
    expect(await someone.act(`/shops/eu/${name}`, { entity: 'customers', why: 'ticket 9' })).toMatchObject({
      status: 303,
    });
  const counted = await someone.ask('/shops/eu/resync?entity=customers&ids=7%2C8');
  expect(counted.text).toContain('2 ids: 0 of them live in the copy, 2 do not.');
  expect(await someone.act('/shops/eu/resync?entity=customers&ids=7+8', { why: 'ticket 9' })).toMatchObject({
    status: 303,
  });
  expect(await jobs()).toBe(6);
  expect((await acts()).toReversed()).toEqual([
    'pause by Ada on the page, PHP <upgrade>: done',
    'pull by Ada on the page, null: refused',
    'resume by Ada on the page, null: done',
    ...['pull', 'sweep', 'reconcile', 'verify', 'quarantine retry', 'resync'].map(
      (act) => `${act} by Ada on the page, ticket 9: asked`,
    ),
  ]);
  expect((await someone.ask('/shops/eu')).text).toContain('ticket 9');
});

test('alerts stand there with what follows from them, and are acknowledged', async () => {
  const { someone, store, acts } = await start();
  const now = new Date();
  const follows: AlertIdentity = { name: 'SignInRefused', subject: 'sync' };
  const conditions = [
    {
      name: 'SignInRefused',
      subject: 'sync',
      summary: 'Refused.',
      cure: 'Do.',
      values: {},
      follows: null,
    } as const,
    {
      name: 'PullOverdue',
      subject: 'orders',
      summary: 'Late <b>.',
      cure: 'Do.',
      values: {},
      follows,
    } as const,
  ];
  for (const at of [now.getTime() - 60_000, now.getTime()])
    await store.alerts.change('eu', (stored) => {
      const rules = { repeats: { everyMs: 3_600_000 }, links: { consoleUrl: undefined, runbooks: 'x' } };
      return { ...lookAt('eu', stored, conditions, rules, new Date(at)), messages: [] };
    });
  const { text } = await someone.ask('/shops/eu');
  expect(text).toContain('<ul><li>PullOverdue: Late &lt;b&gt;.</li></ul>');
  expect(text).toContain('href="/runbooks#signinrefused"');
  expect((await someone.ask('/runbooks')).text).toContain(
    '<section id="signinrefused"><h2>SignInRefused</h2>',
  );
  expect((await someone.ask('/shops/eu/acknowledge')).text).toContain('SignInRefused (sync): Refused.');

  expect(await someone.act('/shops/eu/acknowledge', { alert: 'nonsense' })).toMatchObject({ status: 409 });
  expect(await someone.act('/shops/eu/acknowledge', { hours: '5' })).toMatchObject({ status: 422 });
  const sent = { alert: 'all', hours: '4', why: 'ask <bo>' };
  expect(await someone.act('/shops/eu/acknowledge', sent)).toMatchObject({ status: 303 });
  expect((await someone.ask('/shops/eu')).text).toMatch(
    /acknowledged by Ada \S+ ago, until .*ask &lt;bo&gt;/,
  );
  expect(await acts()).toEqual([
    'alerts ack by Ada on the page, ask <bo>: done',
    'alerts ack by Ada on the page, null: refused',
  ]);
});

test('what the page has counted must still be so', async () => {
  const { someone, store, copy, acts, jobs } = await start();
  const aside = { shop: 'eu', entity: 'customers', reason: 'broken', nextAttemptAt: new Date(0) };
  await store.quarantine.add({ ...aside, id: 7 });
  const forms: [string, string][] = [];
  const counting = ['sweep', 'reconcile', 'verify'];
  for (const path of ['retry', 'release', 'pause', 'resume', ...counting])
    forms.push([path, (await someone.ask(`/shops/eu/${path}`)).text]);
  expect(forms[0]?.[1]).toContain('1 record set aside (7)');
  await store.quarantine.add({ ...aside, id: 8 });
  await store.pauses.put({ shop: 'eu', entity: 'all', kind: 'sweep', by: 'bo', why: 'because', until: null });
  await copy.database.pool.query(
    `insert into magento.customers (shop, id, raw, first_seen_at, last_seen_at) values ('eu', 5, '{}', now(), now())`,
  );
  for (const [path, text] of forms) {
    const answer = await someone.send(`/shops/eu/${path}`, {
      ...hiddenFields(text),
      entity: 'customers',
      why: 'so',
    });
    expect([path, answer.status]).toEqual([path, 409]);
    expect(answer.text).toContain('Nothing was done');
  }
  const resync = await someone.ask('/shops/eu/resync?entity=customers&ids=7');
  const more = { ...hiddenFields(resync.text), ids: '7 8', why: 'so' };
  expect(await someone.send('/shops/eu/resync', more)).toMatchObject({ status: 409 });
  expect([await acts(), await jobs()]).toEqual([[], 0]);
});

test('a run is cancelled from where it is shown, and one that has ended meanwhile is not', async () => {
  const { someone, store, acts } = await start();
  const begin = (kind: string) => store.runs.start({ shop: 'eu', entity: 'customers', kind });
  const [verify, backfill, ended] = [await begin('verify'), await begin('backfill'), await begin('pull')];
  expect((await someone.ask('/shops/eu')).text).toContain(`/shops/eu/cancel?run=${verify}`);
  expect((await someone.ask('/shops/eu/cancel')).text).toContain(`Backfill of customers ${backfill}`);
  expect((await someone.ask(`/runs/${backfill}`)).text).toContain(`/shops/eu/cancel?run=${backfill}`);
  expect((await someone.act(`/shops/eu/cancel?run=${verify}`, { why: 'too slow' })).status).toBe(303);
  expect(await store.runs.find(verify)).toMatchObject({
    status: 'cancelled',
    reason: 'Cancelled by Ada: too slow',
  });
  expect(await store.pauses.active('eu')).toEqual([]);

  const page = await someone.ask(`/shops/eu/cancel?run=${backfill}`);
  expect(page.text).toContain('rests from then on');
  expect((await someone.act(`/shops/eu/cancel?run=${backfill}`, { why: 'too slow' })).status).toBe(303);
  expect((await someone.ask('/shops/eu')).text).toContain('The backfill of customers was cancelled by Ada');
  expect(await someone.act('/shops/eu/resume', { entity: 'customers' })).toMatchObject({ status: 303 });
  expect(await store.pauses.active('eu')).toEqual([]);

  const form = hiddenFields((await someone.ask(`/shops/eu/cancel?run=${ended}`)).text);
  await store.runs.finish(ended, { status: 'succeeded' });
  expect((await someone.send('/shops/eu/cancel', { ...form, why: 'too slow' })).status).toBe(409);
  expect((await someone.act(`/shops/eu/cancel?run=${ended}`, { why: 'too slow' })).text).toContain(
    'has ended',
  );
  expect((await someone.ask('/shops/eu/cancel?run=999999')).status).toBe(422);
  expect(await store.runs.find(ended)).toMatchObject({ status: 'succeeded' });
  expect((await acts()).toReversed()).toEqual([
    'cancel by Ada on the page, too slow: done',
    'cancel by Ada on the page, too slow: done',
    'resume by Ada on the page, null: done',
    'cancel by Ada on the page, too slow: refused',
  ]);
});

test('records are released from quarantine, and people erased, one by one and with what was counted', async () => {
  const { someone, store, copy, acts } = await start();
  for (const id of [7, 8])
    await store.quarantine.add({
      shop: 'eu',
      entity: 'customers',
      id,
      reason: 'broken',
      nextAttemptAt: new Date(0),
    });
  expect((await someone.ask('/shops/eu')).text).toContain('/shops/eu/release?entity=customers&amp;ids=7');
  const release = '/shops/eu/release?entity=customers&ids=7';
  expect((await someone.act(release, { why: 'repaired' })).status).toBe(303);
  expect((await store.quarantine.list('eu')).map(({ id }) => id)).toEqual([8]);
  expect((await someone.act(release, { why: 'repaired' })).text).toContain('None of these customers');

  await copy.database.pool.query(
    `insert into magento.customers (shop, id, email, firstname, raw, first_seen_at, last_seen_at)
     values ('eu', 5, 'ada@example.com', 'Planted', '{}', now(), now())`,
  );
  const erase = '/shops/eu/erase?entity=customers&id=5';
  const { text } = await someone.ask(erase);
  expect(text).toContain('1 row of customers');
  expect(text).not.toContain('ada@example.com');
  const form = { ...hiddenFields(text), why: 'ticket 3', typed: '5' };
  expect((await someone.send('/shops/eu/erase', { ...form, typed: '6' })).status).toBe(422);
  expect((await someone.send('/shops/eu/erase', { ...form, id: '8', typed: '8' })).status).toBe(409);
  expect((await someone.send('/shops/eu/erase', form)).status).toBe(303);
  const { rows } = await copy.database.pool.query('select email, firstname from magento.customers');
  expect(rows).toEqual([{ email: null, firstname: null }]);
  expect((await someone.send('/shops/eu/erase', form)).status).toBe(409);
  expect((await someone.ask(erase)).text).toContain('holds nothing personal');

  const people = await someone.ask('/shops/eu/personal-data');
  expect(people.text).toContain('Everything that the shop says of people is read and kept');
  expect(people.text).toMatch(/Erase Customers, 1 ids|ticket 3/);
  expect((await acts()).filter((act) => act.endsWith('done'))).toEqual([
    'erase by Ada on the page, ticket 3: done',
    'quarantine release by Ada on the page, repaired: done',
  ]);
});

describe('nothing is done', () => {
  test('by those who may only look: no button, no form, no act', async () => {
    const { someone, acts } = await start('viewer');
    const { text } = await someone.ask('/shops/eu');
    expect(text).toContain('Ada, viewer');
    for (const { name } of actDefinitions) {
      expect(text).not.toContain(`/shops/eu/${name}"`);
      expect(await someone.ask(`/shops/eu/${name}`)).toMatchObject({ status: 403 });
      expect(await someone.send(`/shops/eu/${name}`, { form: 'x', why: 'x' })).toMatchObject({ status: 403 });
    }
    expect(await acts()).toEqual([]);
  });

  test.each([
    ['from another origin', { origin: 'https://evil.example' }, {}, 403],
    ['from nowhere', { origin: 'null' }, {}, 403],
    ['from another site, says the browser', { 'sec-fetch-site': 'cross-site' }, {}, 403],
    ['without the token of the form', {}, { form: '' }, 403],
    ['with the token of another form', {}, { form: 'logout' }, 403],
    ['as JSON', { 'content-type': 'application/json' }, {}, 415],
    ['with too much', {}, { why: 'x'.repeat(9_000) }, 413],
    ['without a reason', {}, { why: '' }, 409],
    ['with a length that is not offered', {}, { hours: '9999999' }, 422],
    ['on something that is not copied', {}, { entity: 'invoices' }, 422],
  ])('%s', async (_what, headers, fields, status) => {
    const { someone, store } = await start();
    const { text } = await someone.ask('/shops/eu/pause');
    const logout = /name="form" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const sent: Record<string, string> = { ...hiddenFields(text), why: 'because', hours: '1', ...fields };
    if (sent['form'] === 'logout') sent['form'] = logout;
    const answer = await someone.send('/shops/eu/pause', sent, headers);
    expect(answer.status).toBe(status);
    expect(await store.pauses.active('eu')).toEqual([]);
  });
});
