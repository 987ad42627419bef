import type { Alert } from '@magento-sync/db';
import { expect, test } from 'vitest';
import { clearForMs, type Look, lookAt } from './alert-life.ts';
import type { Condition } from './conditions.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Looks again and again at conditions as they are, as a daemon does, and remembers what was stored. */
function watch(everyMs = 4 * hour) {
  let now = Date.parse('2026-11-26T08:00:00Z');
  let stored: readonly Alert[] = [];
  return {
    after(ms: number, ...conditions: readonly Condition[]): string[] {
      now += ms;
      const look: Look = lookAt('eu', stored, conditions, { everyMs }, new Date(now));
      const put = new Map(look.put.map((alert) => [alert.key, alert]));
      stored = [...stored.filter(({ key }) => !put.has(key) && !look.forgotten.includes(key)), ...look.put];
      return look.messages.map(
        ({ alert, status, reason, notification, durationSeconds }) =>
          `${alert} ${status} ${reason} ${notification} ${durationSeconds / 60}`,
      );
    },
  };
}

function condition(name: Condition['name'], rest: Partial<Condition> = {}): Condition {
  return { name, subject: 'orders', summary: `${name}.`, cure: 'Do.', values: {}, follows: false, ...rest };
}

const overdue = condition('PullOverdue');
const refused = condition('SignInRefused', { subject: 'admin' });

test('is told once it has held long enough, and once that it is over, with how long it lasted', () => {
  const { after } = watch();
  expect(after(0, overdue)).toEqual([]);
  expect(after(4 * minute, overdue)).toEqual([]);
  expect(after(minute, overdue)).toEqual(['PullOverdue firing new 1 5']);
  expect(after(minute, overdue)).toEqual([]);
  expect(after(minute)).toEqual([]);
  expect(after(clearForMs)).toEqual(['PullOverdue resolved resolved 2 7']);
  expect(after(hour)).toEqual([]);
});

test('what is over before it is an alert is never told', () => {
  const { after } = watch();
  expect(after(0, overdue)).toEqual([]);
  expect(after(4 * minute)).toEqual([]);
  // It begins anew: the time before does not count.
  expect(after(2 * minute, overdue)).toEqual([]);
  expect(after(4 * minute, overdue)).toEqual([]);
  expect(after(minute, overdue)).toEqual(['PullOverdue firing new 1 5']);
});

test('one that comes and goes is one alert', () => {
  const { after } = watch();
  after(0, overdue);
  expect(after(5 * minute, overdue)).toHaveLength(1);
  for (let flap = 0; flap < 5; flap += 1) {
    expect(after(minute)).toEqual([]);
    expect(after(clearForMs - 1, overdue)).toEqual([]);
  }
  after(minute);
  expect(after(clearForMs)).toEqual([expect.stringContaining('PullOverdue resolved resolved 2')]);
});

test('is repeated while it goes on, a warning more seldom, and at last once a day', () => {
  const { after } = watch();
  const differ = condition('SidesDiffer');
  expect(after(0, refused, differ)).toEqual(['SignInRefused firing new 1 0', 'SidesDiffer firing new 1 0']);
  const told = Array.from({ length: 60 }, () => after(4 * hour, refused, differ)).map((messages) =>
    messages.map((message) => message.split(' ')[0]),
  );
  const looksOf = (name: string) => told.flatMap((names, look) => (names.includes(name) ? [look + 1] : []));
  expect(looksOf('SignInRefused')).toEqual([1, 2, 3, 4, 5, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60]);
  expect(looksOf('SidesDiffer')).toEqual([6, 12, 18, 24, 30, 36, 42, 48, 54, 60]);
});

test('what follows from a refused sign-in is not told beside it, and stays one alert if it was', () => {
  const { after } = watch();
  after(0, overdue);
  expect(after(5 * minute, overdue)).toHaveLength(1);
  const rest = { ...overdue, follows: true };
  const compared = condition('RowsNotCompared', { follows: true });
  expect(after(minute, refused, rest, compared)).toEqual(['SignInRefused firing new 1 0']);
  expect(after(24 * hour, refused, rest, compared)).toEqual([
    expect.stringContaining('SignInRefused firing repeat'),
  ]);
  after(minute);
  expect(after(clearForMs).toSorted()).toEqual([
    expect.stringContaining('PullOverdue resolved resolved 2'),
    expect.stringContaining('SignInRefused resolved resolved 3'),
  ]);
});

test('the same alert after its end is a new one', () => {
  const { after } = watch();
  after(0, refused);
  after(minute);
  after(clearForMs);
  expect(after(hour, refused)).toEqual(['SignInRefused firing new 1 0']);
});

test('another summary is no other alert, another subject is', () => {
  const { after } = watch();
  after(0, refused);
  expect(after(minute, { ...refused, summary: 'In other words.' })).toEqual([]);
  expect(after(minute, refused, { ...refused, subject: 'another' })).toEqual([
    'SignInRefused firing new 1 0',
  ]);
});
