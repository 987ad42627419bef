import { createShopRepository } from '@magento-sync/db';
import { customers } from '@magento-sync/entities';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { systemClock } from '../src/clock.ts';
import type { ConsoleConfig } from '../src/config/console-config.ts';
import { Secret } from '../src/config/secret.ts';
import { startConsole } from '../src/console/console-server.ts';
import { createLooks } from '../src/console/looks.ts';
import { openQueues } from '../src/jobs/queues.ts';
import { queueConnection } from '../src/queue-server/queue-connection.ts';
import { createStore } from '../src/store.ts';
import { quietConnection } from './quiet-connection.ts';
import { createCopy } from './shop-and-copy.ts';

/** Passwords of the page. */
export const passwords = { operator: 'operators-may-act-here', viewer: 'viewers-may-only-look' };

/** The page of a shop `eu` over an empty copy, with a real queue and without a daemon. */
export async function servePage(more: Partial<ConsoleConfig> = {}) {
  const copy = await createCopy();
  const { database } = copy;
  await createShopRepository(database).register('eu', 'https://eu.example.com');
  const store = createStore(database);
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const queues = openQueues(queueConnection(copy.url, quietConnection), 'eu', log);
  onTestFinished(() => queues[Symbol.asyncDispose]());
  const shown = {
    name: 'eu',
    entities: [customers],
    pullEveryMs: 300_000,
    sweepPeriodMs: 86_400_000,
    sweepAllPeriodMs: 86_400_000,
    reconcileEveryMs: 3_600_000,
  };
  const source = { database, store, clock: systemClock, log, queuesOf: () => queues };
  const config = {
    host: '127.0.0.1',
    port: 0,
    password: new Secret(passwords.operator),
    viewerPassword: new Secret(passwords.viewer),
    url: undefined,
    ...more,
  };
  const page = await startConsole({ ...source, config, looks: createLooks(source, () => [shown]) });
  onTestFinished(() => page[Symbol.asyncDispose]());
  const address = `http://127.0.0.1:${page.port}`;
  return {
    ...page,
    address,
    copy,
    store,
    queues,
    lines,
    visitor: (cookie = '') => visitorOf(address, cookie),
  };
}

/** Somebody who asks for pages and sends forms, as a browser would. */
export function visitorOf(address: string, first = '') {
  let cookie = first;
  const ask = async (path: string, options: RequestInit = {}) => {
    const answer = await fetch(address + path, {
      redirect: 'manual',
      ...options,
      headers: { cookie, ...(options.headers as Record<string, string>) },
    });
    const set = answer.headers.get('set-cookie');
    if (set !== null) cookie = set.split(';')[0] ?? '';
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: address, ...headers },
    });
  return {
    ask,
    send,
    cookie: () => cookie,
    signIn: (password: string, person = 'Ada') => send('/login', { person, password, to: '/' }),
    /** Opens the form of an act and sends it, filled in. */
    async act(path: string, fields: Record<string, string> = {}) {
      const { text } = await ask(path);
      return send(path.split('?')[0] ?? '', { ...hiddenFields(text), ...fields });
    },
  };
}

/** The hidden fields of the form in the middle of a page. */
export function hiddenFields(text: string): Record<string, string> {
  const main = text.slice(text.indexOf('<main'));
  const found = main.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

/** The text of every page that links lead to from the first one, pages of records excepted. */
export async function everyPage(visitor: ReturnType<typeof visitorOf>, mostPages = 60): Promise<string> {
  const seen = new Map<string, string>();
  const open = ['/'];
  for (let path = open.shift(); path !== undefined && seen.size < mostPages; path = open.shift()) {
    const { text } = await visitor.ask(path);
    seen.set(path, text);
    for (const [, link = ''] of text.matchAll(/href="(\/[^"#]*)/g)) {
      const isNew = !seen.has(link) && !open.includes(link);
      if (isNew && !link.includes('/records/') && !link.includes('live=')) open.push(link);
    }
  }
  return [...seen].map(([path, text]) => `${path}\n${text}`).join('\n');
}
