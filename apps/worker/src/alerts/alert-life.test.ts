import type { Alert } from '@magento-sync/db';
import { expect, test } from 'vitest';
import { clearForMs, groupEveryMs, groupWaitMs, type Look, lookAt } from './alert-life.ts';
import type { Condition } from './conditions.ts';
import type { AlertMessage } from './message.ts';

const second = 1_000;
const minute = 60_000;
const hour = 60 * minute;
const links = { consoleUrl: 'https://sync.example.com', runbooks: 'docs/operations.md' };

/** Looks again and again at conditions as they are, as a daemon does, and remembers what was stored. */
function watch(everyMs = 4 * hour) {
  let now = Date.parse('2026-11-26T08:00:00Z');
  let stored: readonly Alert[] = [];
  const messagesAfter = (ms: number, ...conditions: readonly Condition[]): readonly AlertMessage[] => {
    now += ms;
    const look: Look = lookAt('eu', stored, conditions, { repeats: { everyMs }, links }, new Date(now));
    const put = new Map(look.put.map((alert) => [alert.key, alert]));
    stored = [...stored.filter(({ key }) => !put.has(key) && !look.forgotten.includes(key)), ...look.put];
    return look.messages;
  };
  return {
    messagesAfter,
    /** One text a message: what it tells, how long that lasts and how often it was told. */
    after: (ms: number, ...conditions: readonly Condition[]): string[] =>
      messagesAfter(ms, ...conditions).map(
        ({ reason, alerts }) =>
          `${reason}: ${alerts
            .map(
              ({ alert, subject, notification, durationSeconds }) =>
                `${alert} ${subject} ${notification} ${durationSeconds / 60}`,
            )
            .join(', ')}`,
      ),
    acknowledge(name: string, until: number | null) {
      stored = stored.map((alert) =>
        alert.name === name
          ? {
              ...alert,
              acknowledgedBy: 'anna',
              acknowledgedAt: new Date(now),
              acknowledgedUntil: until === null ? null : new Date(now + until),
            }
          : alert,
      );
    },
  };
}

function condition(name: Condition['name'], rest: Partial<Condition> = {}): Condition {
  return { name, subject: 'orders', summary: `${name}.`, cure: 'Do.', values: {}, follows: null, ...rest };
}

const overdue = condition('PullOverdue');
const refused = condition('SignInRefused', { subject: 'admin' });
const differ = condition('SidesDiffer');

test('is told once it has held long enough, and once that it is over, with how long it lasted', () => {
  const { after } = watch();
  expect(after(0, overdue)).toEqual([]);
  expect(after(5 * minute, overdue)).toEqual([]);
  expect(after(groupWaitMs, overdue)).toEqual(['new: PullOverdue orders 1 5.5']);
  expect(after(minute, overdue)).toEqual([]);
  expect(after(minute)).toEqual([]);
  expect(after(clearForMs)).toEqual(['resolved: PullOverdue orders 2 7.5']);
  expect(after(hour)).toEqual([]);
});

test('what is over before it is an alert is never told', () => {
  const { after } = watch();
  expect(after(0, overdue)).toEqual([]);
  expect(after(4 * minute)).toEqual([]);
  // It begins anew: the time before does not count.
  expect(after(2 * minute, overdue)).toEqual([]);
  expect(after(5 * minute, overdue)).toEqual([]);
  expect(after(groupWaitMs, overdue)).toEqual(['new: PullOverdue orders 1 5.5']);
});

test('one that comes and goes is one alert', () => {
  const { after } = watch();
  after(0, overdue);
  expect(after(6 * minute, overdue)).toHaveLength(1);
  for (let flap = 0; flap < 5; flap += 1) {
    expect(after(minute)).toEqual([]);
    expect(after(clearForMs - 1, overdue)).toEqual([]);
  }
  after(minute);
  expect(after(clearForMs)).toEqual([expect.stringContaining('resolved: PullOverdue orders 2')]);
});

test('what begins together is one message, the worst first, and so is what ends together', () => {
  const { after, messagesAfter } = watch();
  const all = ['customers', 'orders', 'invoices'].map((subject) => condition('PullOverdue', { subject }));
  after(0, ...all, differ);
  const [message, ...others] = messagesAfter(6 * minute, ...all, differ);
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    severity: 'critical',
    summary: '4 alerts: PullOverdue.',
    goingOn: 0,
    links: { page: 'https://sync.example.com/shops/eu' },
  });
  expect(message?.alerts.map(({ alert, subject }) => `${alert} ${subject}`)).toEqual([
    'PullOverdue customers',
    'PullOverdue invoices',
    'PullOverdue orders',
    'SidesDiffer orders',
  ]);
  // One after the other they are clear; the last two come with the first.
  expect(after(hour, all[1]!, all[2]!, differ)).toEqual([]);
  expect(after(2 * minute, all[2]!, differ)).toEqual([]);
  expect(after(2 * minute, differ)).toEqual([]);
  expect(after(minute, differ)).toEqual([]);
  expect(after(4 * minute, differ)).toEqual([
    'resolved: PullOverdue customers 2 66, PullOverdue invoices 2 70, PullOverdue orders 2 68',
  ]);
});

test('an end does not wait for ever for others that are about to come', () => {
  const { after } = watch();
  const all = ['a', 'b', 'c', 'd'].map((subject) => condition('PullOverdue', { subject }));
  after(0, ...all);
  after(6 * minute, ...all);
  expect(after(0, ...all.slice(1))).toEqual([]);
  expect(after(4 * minute, ...all.slice(2))).toEqual([]);
  expect(after(4 * minute, ...all.slice(3))).toEqual([]);
  expect(after(2 * minute, ...all.slice(3))).toEqual(['resolved: PullOverdue a 2 6, PullOverdue b 2 10']);
  expect(after(3 * minute, ...all.slice(3))).toEqual(['resolved: PullOverdue c 2 14']);
});

test('what begins later waits for the next message, unless it makes it worse', () => {
  const { after } = watch();
  const other = condition('SidesDiffer', { subject: 'customers' });
  after(0, differ);
  expect(after(groupWaitMs, differ)).toHaveLength(1);
  expect(after(minute, differ, other)).toEqual([]);
  expect(after(groupWaitMs, differ, other)).toEqual([]);
  // The first critical one takes along what waits.
  expect(after(second, differ, other, refused)).toEqual([]);
  expect(after(groupWaitMs, differ, other, refused)).toEqual([
    'new: SignInRefused admin 1 0.5, SidesDiffer customers 1 1.0166666666666666',
  ]);
  const another = { ...refused, subject: 'another' };
  expect(after(minute, differ, other, refused, another)).toEqual([]);
  expect(after(groupWaitMs, differ, other, refused, another)).toEqual([]);
  expect(after(groupEveryMs, differ, other, refused, another)).toEqual([
    expect.stringContaining('new: SignInRefused another 1'),
  ]);
});

test('is repeated while it goes on, a warning more seldom, and at last once a day', () => {
  const { after } = watch();
  after(0, refused, differ);
  expect(after(groupWaitMs, refused, differ)).toEqual([
    'new: SignInRefused admin 1 0.5, SidesDiffer orders 1 0.5',
  ]);
  const told = Array.from({ length: 60 }, () => after(4 * hour, refused, differ));
  expect(told.every((messages) => messages.length <= 1)).toBe(true);
  const looksOf = (name: string) =>
    told.flatMap((messages, look) => (messages.join().includes(name) ? [look + 1] : []));
  expect(looksOf('SignInRefused')).toEqual([1, 2, 3, 4, 5, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60]);
  expect(looksOf('SidesDiffer')).toEqual([6, 12, 18, 24, 30, 36, 42, 48, 54, 60]);
});

test('what follows from another stands under it, stays one alert if it was, and counts anew afterwards', () => {
  const { after, messagesAfter } = watch();
  after(0, overdue);
  expect(after(6 * minute, overdue)).toHaveLength(1);
  const follows = { name: 'SignInRefused', subject: 'admin' } as const;
  const rest = { ...overdue, follows };
  const compared = condition('RowsNotCompared', { follows });
  after(groupEveryMs, refused, rest, compared);
  const [message, ...others] = messagesAfter(groupWaitMs, refused, rest, compared);
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    alerts: [
      {
        alert: 'SignInRefused',
        following: [
          { alert: 'PullOverdue', subject: 'orders' },
          { alert: 'RowsNotCompared', subject: 'orders' },
        ],
        links: { runbook: 'docs/operations.md#signinrefused' },
      },
    ],
    goingOn: 1,
  });
  expect(after(24 * hour, refused, rest, compared)).toEqual([
    expect.stringMatching(/^repeat: SignInRefused admin 2 [\d.]+$/),
  ]);
  // It has its own time from when what it followed from is over.
  const alone = { ...compared, follows: null };
  expect(after(minute, alone)).toEqual([]);
  expect(after(clearForMs, alone)).toEqual([
    expect.stringMatching(/^resolved: PullOverdue orders 2 [\d.]+, SignInRefused admin 3 [\d.]+$/),
  ]);
  expect(after(50 * minute, alone)).toEqual([]);
  expect(after(10 * minute, alone)).toEqual([expect.stringContaining('new: RowsNotCompared orders 1')]);
});

test('what is acknowledged is not repeated for as long as that holds, and its end is told', () => {
  const { after, acknowledge, messagesAfter } = watch();
  after(0, refused, differ);
  after(groupWaitMs, refused, differ);
  acknowledge('SignInRefused', 9 * hour);
  expect(after(4 * hour, refused, differ)).toEqual([]);
  expect(after(4 * hour, refused, differ)).toEqual([]);
  expect(after(4 * hour, refused, differ)).toEqual([
    expect.stringContaining('repeat: SignInRefused admin 2'),
  ]);
  acknowledge('SignInRefused', null);
  acknowledge('SidesDiffer', null);
  expect(after(100 * hour, refused, differ)).toEqual([]);
  after(minute);
  expect(messagesAfter(clearForMs)).toMatchObject([
    { reason: 'resolved', alerts: [{ acknowledgedBy: 'anna' }, { acknowledgedBy: 'anna' }] },
  ]);
  // The next time nobody looks after it yet.
  after(hour, refused);
  expect(messagesAfter(groupWaitMs, refused)).toMatchObject([
    { reason: 'new', alerts: [{ notification: 1, acknowledgedBy: null }] },
  ]);
});

test('the same alert after its end is a new one', () => {
  const { after } = watch();
  after(0, refused);
  after(groupWaitMs, refused);
  after(minute);
  after(clearForMs);
  after(hour, refused);
  expect(after(groupWaitMs, refused)).toEqual(['new: SignInRefused admin 1 0.5']);
});

test('another summary is no other alert, another subject is', () => {
  const { after } = watch();
  after(0, refused);
  after(groupWaitMs, refused);
  expect(after(minute, { ...refused, summary: 'In other words.' })).toEqual([]);
  expect(after(groupEveryMs, refused, { ...refused, subject: 'another' })).toEqual([]);
  expect(after(groupWaitMs, refused, { ...refused, subject: 'another' })).toEqual([
    'new: SignInRefused another 1 0.5',
  ]);
});

test('a condition may have to hold longer than its rule says', () => {
  const { after } = watch();
  const fails = condition('RunsFail', { forMs: 2 * hour });
  after(0, fails);
  expect(after(hour, fails)).toEqual([]);
  expect(after(hour + groupWaitMs, fails)).toHaveLength(1);
});
