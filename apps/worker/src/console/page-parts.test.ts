import type { Run } from '@magento-sync/db';
import { describe, expect, test } from 'vitest';
import type { CopyState } from '../copy-state.ts';
import { ageChart, rowsChart } from './charts.ts';
import { senderOf } from './gate.ts';
import { type JudgedFacts, judge } from './health.ts';
import { html } from './html.ts';
import { originRules } from './origin.ts';
import { ConsoleRefusal } from './request.ts';
import { createRunTally } from './sampler.ts';
import { withoutPeople } from './words.ts';

const now = new Date('2026-06-01T12:00:00Z');
const minuteMs = 60_000;
const ago = (minutes: number) => new Date(now.getTime() - minutes * minuteMs);

test('whatever a shop sends stays text, between tags and in attributes', () => {
  const evil = `"><script>alert('1')</script>&\u202e\u0000`;
  const { text } = html`<p title="${evil}">${[evil, null, false, html`<b>${1}</b>`]}</p>`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\ufffd\ufffd';
  expect(text).toBe(`<p title="${escaped}">${escaped}<b>1</b></p>`);
});

test.each([
  ['No customer ada@example.com.', 'No customer [e-mail]'],
  ['email="ada+b@ex-ample.co.uk", id 7', 'email="[e-mail]", id 7'],
  ['<ada@localhost> and bo@x.org', '<[e-mail]> and [e-mail]'],
  ['user:ada@example.com', 'user:[e-mail]'],
  ['nothing @ all', 'nothing @ all'],
])('addresses of people are cut out of sentences: %s', (sentence, shown) => {
  expect(withoutPeople(sentence)).toBe(shown);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, sender) => {
  expect(senderOf(address)).toBe(sender);
});

describe('who a request is for, and from whom a form comes', () => {
  const secret = {} as never;
  const open = originRules({ password: undefined, url: undefined });
  const closed = originRules({ password: secret, url: undefined });
  const proxied = originRules({ password: secret, url: 'https://sync.example.com/eu' });
  const accepts = (check: () => unknown) => {
    try {
      check();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(ConsoleRefusal);
      return false;
    }
  };

  test.each([
    ['localhost:9465', [true, true, true]],
    ['127.0.0.1', [true, true, true]],
    ['[::1]:9465', [true, true, true]],
    ['192.0.2.1:9465', [false, true, true]],
    ['[2001:db8::1]', [false, true, true]],
    ['sync.example.com', [false, false, true]],
    ['SYNC.example.com', [false, false, true]],
    ['sync.example.com:81', [false, false, false]],
    ['127.0.0.1.evil.example', [false, false, false]],
    ['localhost.evil.example', [false, false, false]],
    ['evil@localhost', [false, false, false]],
    ['localhost:9465, evil.example', [false, false, false]],
    ['', [false, false, false]],
  ])('host "%s"', (host, expected) => {
    expect([open, closed, proxied].map(({ hostOf }) => accepts(() => hostOf({ host })))).toEqual(expected);
  });

  test('without a password nothing comes in through a proxy', () => {
    const headers = { host: 'localhost', 'x-forwarded-for': '192.0.2.1' };
    expect([open, closed].map(({ hostOf }) => accepts(() => hostOf(headers)))).toEqual([false, true]);
  });

  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
    [{ origin: 'http://192.0.2.1:9465' }, true],
    [{ origin: 'https://sync.example.com' }, true],
    [{ origin: 'http://sync.example.com' }, false],
    [{ origin: 'https://sync.example.com.evil.example' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://sync.example.com' }, false],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://sync.example.com' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'not an address' }, false],
    [{}, false],
  ])('a form with %j', (headers, expected) => {
    const sent = { host: '192.0.2.1:9465', ...headers };
    expect(accepts(() => proxied.checkSender(sent as never))).toBe(expected);
  });

  test('a way is encrypted when CONSOLE_URL says so and the request came that way', () => {
    expect(proxied.isEncrypted({ host: 'sync.example.com' })).toBe(true);
    expect(proxied.isEncrypted({ host: '127.0.0.1:9465', 'x-forwarded-for': '192.0.2.1' })).toBe(true);
    expect(proxied.isEncrypted({ host: '127.0.0.1:9465' })).toBe(false);
    expect(closed.isEncrypted({ host: '192.0.2.1', 'x-forwarded-proto': 'https' })).toBe(false);
  });
});

describe('health is judged by what is finished', () => {
  const run = (more: Partial<Run>) =>
    ({
      id: 7,
      entity: 'customers',
      kind: 'pull',
      status: 'succeeded',
      details: {},
      reason: null,
      ...more,
    }) as Run;
  const facts = (
    more: Partial<JudgedFacts> & { lagMs?: number | null; filled?: boolean; ended?: Run[] } = {},
  ): JudgedFacts => {
    const { lagMs = minuteMs, filled = true, ended = [], ...rest } = more;
    const backfill = {
      startedAt: ago(90),
      completedAt: filled ? ago(60) : null,
      ranges: 4,
      rangesLeft: filled ? 0 : 3,
      rangesWithGaps: 0,
    };
    const copy = {
      entities: [{ entity: 'customers', lagMs, backfill }],
      latestEnded: ended,
      oldestUnverified: null,
    };
    return {
      trouble: null,
      copy: copy as unknown as CopyState,
      failedSignIns: [],
      attention: [],
      pullEveryMs: 5 * minuteMs,
      daemonSeenAt: ago(1),
      paused: null,
      ...rest,
    };
  };
  const signIn = {
    account: 'a',
    at: ago(5),
    says: null,
    retryAt: ago(-5),
    sentence: 'The shop refuses the sign-in.',
  };

  test.each([
    ['fresh', 'fresh', facts()],
    ['a pull that is late', 'late', facts({ lagMs: 12 * minuteMs })],
    ['a pull that is overdue', 'not-syncing', facts({ lagMs: 20 * minuteMs })],
    ['a sign-in that is refused', 'not-syncing', facts({ failedSignIns: [signIn] })],
    [
      'a sign-in that failed and is tried again',
      'incomplete',
      facts({ failedSignIns: [{ ...signIn, retryAt: null }], attention: ['It failed.'] }),
    ],
    [
      'a shop that is not worked for',
      'not-syncing',
      facts({ trouble: { sentence: 'It hangs.', isMisconfigured: false } }),
    ],
    [
      'a shop that lacks a secret',
      'misconfigured',
      facts({ trouble: { sentence: 'No secret.', isMisconfigured: true } }),
    ],
    ['no daemon', 'unknown', facts({ daemonSeenAt: ago(20) })],
    ['never a daemon', 'unknown', facts({ daemonSeenAt: null, filled: false, lagMs: null })],
    [
      'an overdue pull without a daemon',
      'not-syncing',
      facts({ daemonSeenAt: ago(200), lagMs: 200 * minuteMs }),
    ],
    ['the first backfill', 'filling', facts({ filled: false, lagMs: null })],
    ['something set aside', 'incomplete', facts({ attention: ['One', 'Two'] })],
    [
      'a difference that verify found',
      'needs-person',
      facts({ ended: [run({ kind: 'verify', details: { differences: 3 } })] }),
    ],
    [
      'the brake',
      'needs-person',
      facts({
        ended: [
          run({
            kind: 'reconcile',
            status: 'incomplete',
            reason: '9 of 9 are missing, more than the 1 that may vanish at once.',
          }),
        ],
      }),
    ],
    [
      'a reconcile that is incomplete otherwise',
      'fresh',
      facts({ ended: [run({ kind: 'reconcile', status: 'incomplete', reason: 'hidden rows' })] }),
    ],
    [
      'a pause over an overdue pull',
      'paused',
      facts({ lagMs: 200 * minuteMs, paused: { sentence: 'Paused by Ada.', whole: true } }),
    ],
    ['a pause of the sweep', 'paused', facts({ paused: { sentence: 'The sweep is paused.', whole: false } })],
    [
      'a pause of the sweep beside an overdue pull',
      'not-syncing',
      facts({ lagMs: 200 * minuteMs, paused: { sentence: 'The sweep is paused.', whole: false } }),
    ],
  ])('%s: %s', (_what, name, given) => {
    const health = judge(given, now);
    expect(health.name).toBe(name);
    expect(health.sentence).not.toBe('');
  });

  test('a pause does not hide how old the copy is', () => {
    const paused = judge(
      facts({ lagMs: 200 * minuteMs, paused: { sentence: 'Paused by Ada.', whole: true } }),
      now,
    );
    expect(paused.sentence).toBe('Paused by Ada. No complete pull of customers for 3h 20m.');
  });
});

describe('charts', () => {
  const span = { from: ago(60), to: now, everyMs: 5 * minuteMs, word: 'hour' };
  const stretch = (minutes: number, lagMs: number | null, rowsRead = 0) => ({
    entity: 'customers',
    at: ago(minutes),
    lagMs,
    rowsRead,
    rowsWritten: rowsRead / 2,
  });

  test('a time without samples is a gap, and no line leads over it', () => {
    const { text } = ageChart(
      [stretch(60, 1_000), stretch(55, 2_000), stretch(20, 90_000), stretch(15, 3_000)],
      span,
      60_000,
    );
    expect(text.match(/<path/g)).toHaveLength(2);
    expect(text).toContain('aria-label="Age of the last pull, last hour: now 3s, highest 1m 30s, limit 1m."');
    expect(text).not.toContain('NaN');
  });

  test('nothing noted is said, not drawn as zero', () => {
    const { text } = ageChart([], span, 60_000);
    expect(text).toContain('nothing was noted yet');
    expect(text).not.toContain('<path');
  });

  test('bars add up what was read', () => {
    const { text } = rowsChart(
      [stretch(60, 1, 100), stretch(55, 1, 300), stretch(10, 1, 50)],
      span,
      30 * minuteMs,
    );
    expect(text).toContain(
      'Records read, last hour: 450, of them 225 new, changed or deleted; highest 400 in 30m.',
    );
    expect(text.match(/class="read"/g)).toHaveLength(2);
    expect(text).not.toContain('style=');
  });
});

test('what was done between two looks is counted once, whatever was left out of one of them', () => {
  const run = (id: number, rowsRead: number, entity = 'customers') =>
    ({
      id,
      entity,
      rowsRead,
      inserted: 0,
      updated: rowsRead,
      replaced: 0,
      revived: 0,
      tombstoned: 0,
      erased: 0,
    }) as Run;
  const tally = createRunTally();
  expect(tally.since([run(1, 500), run(2, 10)])).toEqual(new Map());
  expect(tally.since([run(1, 600), run(1, 600), run(3, 5, 'orders')])).toEqual(
    new Map([
      ['customers', { read: 100, written: 100 }],
      ['orders', { read: 5, written: 5 }],
    ]),
  );
  expect(tally.since([run(1, 600), run(2, 12), run(3, 5, 'orders')]).get('customers')).toEqual({
    read: 2,
    written: 2,
  });
});
