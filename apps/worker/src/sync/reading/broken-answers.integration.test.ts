import { type ProxiedAnswer, startProxy } from '@magento-sync/magento-testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { customersOfCopy } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { followHints } from '../hints/follow-hints.ts';
import { pullChanges } from '../pull/pull.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { sweep } from '../sweep/sweep.ts';
import { verify } from '../verify/verify.ts';

/** Larger than any page of this shop, and smaller than a page with a row that is padded to twice as much. */
const maxBodyBytes = 150_000;

type Break = (answer: ProxiedAnswer, id: number) => 'hang up' | undefined | void;

const replaced = (answer: ProxiedAnswer, status: number, type: string, body: string) => {
  answer.status = status;
  answer.headers['content-type'] = type;
  answer.body = Buffer.from(body);
};

const text =
  (change: (body: string, id: number) => string): Break =>
  (answer, id) => {
    answer.body = Buffer.from(change(answer.body.toString(), id));
  };

/** Addresses have ids too. */
const ownId = (id: number) => new RegExp(`"id":${id}(?!,"customer_id)(?=[,}])`);

/** Every way in which one record spoils an answer that holds it, and a word of what is then said. */
const ways: Readonly<Record<string, readonly [Break, RegExp]>> = {
  'a 500 of Magento': [
    (answer) =>
      replaced(
        answer,
        500,
        'application/json',
        '{"message":"Internal Error. Report ID: webapi-65f1c0d2a3b4c"}',
      ),
    /webapi-65f1c0d2a3b4c/,
  ],
  'a 403 of a firewall': [
    (answer) => replaced(answer, 403, 'text/html', '<html><title>403 Forbidden</title></html>'),
    /firewall/,
  ],
  'an instant 502, because PHP dies': [
    (answer) => replaced(answer, 502, 'text/html', '<html><title>502 Bad Gateway</title></html>'),
    /502/,
  ],
  'a connection that breaks': [() => 'hang up', /connection/i],
  'an empty answer': [text(() => ''), /empty/],
  'a notice before the JSON': [
    text((body) => `<br />\n<b>Deprecated</b>: strtolower() in Customer.php\n${body}`),
    /has text before the JSON\./,
  ],
  'invalid JSON': [text((body, id) => body.replace(`"id":${id}`, `"id":${id},`)), /JSON/],
  'invalid UTF-8': [
    (answer) => {
      const at = answer.body.indexOf('"id":') + 1;
      answer.body = Buffer.concat([
        answer.body.subarray(0, at),
        Buffer.from([0xff, 0xfe]),
        answer.body.subarray(at),
      ]);
    },
    /holds bytes that are not UTF-8\./,
  ],
  'a shape that nobody expects': [
    text((body, id) => body.replace(ownId(id), `"id":{"value":${id}}`)),
    /it shows customer without a usable id\./,
  ],
  'too large an answer': [
    text((body, id) => body.replace(`"id":${id}`, `"id":${id},"avatar":"${'x'.repeat(2 * maxBodyBytes)}"`)),
    /larger/,
  ],
  'JSON that ends early': [
    text((body) => body.slice(0, body.length / 2)),
    /was cut off: its JSON ends unfinished after \d+ characters\./,
  ],
  'a body that is cut': [
    (answer) => {
      answer.headers['content-length'] = String(answer.body.length);
      answer.body = answer.body.subarray(0, answer.body.length / 2);
    },
    /was cut off: \d+ of \d+ bytes came\./,
  ],
};

const showsCustomer = (body: string, id: number) => ownId(id).test(body);
const isList = (url: string) => url.includes('/customers/search');

/** A shop of which every answer that shows one of the ids is spoilt: lists alone, or its own route too. */
async function startSpoilt(how: Break) {
  const harness = await startSync({ population: { customers: 36, seed: 3 } });
  const spoilt = new Map<number, 'in lists' | 'everywhere'>();
  const proxy = await startProxy(harness.shop.url, {
    change(answer, { url }) {
      if (answer.status !== 200 || !url.includes('/customers/')) return;
      const body = answer.body.toString();
      const [id] = [...spoilt]
        .filter(([, where]) => where === 'everywhere' || isList(url))
        .map(([each]) => each)
        .filter((each) => showsCustomer(body, each));
      return id === undefined ? undefined : how(answer, id);
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const sync = () => harness.context({ baseUrl: proxy.url, pageSize: 10, maxBodyBytes });
  return {
    ...harness,
    spoilt,
    sync,
    backfill: () => runBackfill(sync(), customers, noStop(), { restart: false }),
  };
}

const everything = { countsOnly: false, repair: false, from: 0, share: 1, seed: 1 } as const;

test.each(Object.entries(ways))(
  'a record that leaves %s is read alone where that works, else set aside and named, and the rest is copied',
  async (_way, [how, said]) => {
    const { shop, copy, store, spoilt, backfill } = await startSpoilt(how);
    const ids = shop.customers.ids();
    const [first, other] = [ids[0]!, ids[25]!];
    spoilt.set(first, 'everywhere').set(other, 'in lists');
    expect(await backfill()).toMatchObject({ status: 'succeeded' });
    expect((await customersOfCopy(copy.url)).map(({ id }) => id)).toEqual(ids.slice(1));
    const reason = expect.stringMatching(said) as string;
    const entries = await store.quarantine.list('test');
    expect(entries).toMatchObject([
      { id: first, reason },
      { id: other, reason, httpStatus: 200 },
    ]);
    expect(entries[0]?.httpStatus).not.toBe(200);
  },
);

describe.each(['a 500 of Magento', 'a notice before the JSON', 'a body that is cut'])(
  'a record that leaves %s',
  (way) => {
    const [how] = ways[way]!;

    test('in lists is read alone by every use case, and nothing else waits for it', async () => {
      const { shop, copy, spoilt, sync, backfill } = await startSpoilt(how);
      const ids = shop.customers.ids();
      const [first, other, gone] = [ids[14]!, ids[25]!, ids[30]!];
      spoilt.set(first, 'in lists');
      expect(await backfill()).toMatchObject({ status: 'succeeded' });
      expect(await customersOfCopy(copy.url)).toHaveLength(36);

      spoilt.set(other, 'in lists');
      shop.clock.advance(60_000);
      for (const id of [other, ids[20]!, ids[21]!]) shop.customers.save(id, { lastname: 'Pulled' });
      expect(await pullChanges(sync(), customers, noStop())).toMatchObject({
        result: { status: 'succeeded' },
      });
      const lastnames = async () =>
        Object.fromEntries((await customersOfCopy(copy.url)).map((row) => [row.id, row['lastname']]));
      expect(await lastnames()).toMatchObject({
        [other]: 'Pulled',
        [ids[20]!]: 'Pulled',
        [ids[21]!]: 'Pulled',
      });

      shop.customers.updateSilently(first, { lastname: 'Silent' });
      shop.customers.updateSilently(ids[2]!, { lastname: 'Silent' });
      shop.customers.remove(gone);
      expect(await sweep(sync(), customers, noStop(), { periodMs: 0 })).toMatchObject({
        result: { status: 'succeeded', deleted: 1, passComplete: true },
      });
      expect(await lastnames()).toMatchObject({ [first]: 'Silent', [ids[2]!]: 'Silent' });
      expect(await verify(sync(), customers, noStop(), everything)).toMatchObject({
        result: { verdict: 'equal' },
      });
    });

    test('everywhere is set aside by every use case, and named', async () => {
      const { shop, copy, store, spoilt, sync, backfill } = await startSpoilt(how);
      const ids = shop.customers.ids();
      const [first, other, hinted, gone] = [ids[0]!, ids[25]!, ids[28]!, ids[30]!];
      spoilt.set(first, 'everywhere');
      expect(await backfill()).toMatchObject({ status: 'succeeded' });
      expect(await customersOfCopy(copy.url)).toHaveLength(35);

      spoilt.set(other, 'everywhere');
      shop.customers.remove(gone);
      expect(await reconcile(sync(), customers, noStop())).toMatchObject({ result: { deleted: 1 } });
      spoilt.set(hinted, 'everywhere');
      const hints = [hinted, ids[29]!].map((id) => ({ id, kind: 'changed' as const }));
      await store.hints.add('test', 'customers', hints);
      shop.customers.updateSilently(ids[29]!, { lastname: 'Hinted' });
      expect(await followHints(sync(), customers, noStop())).toMatchObject({
        result: { status: 'succeeded', updated: 1 },
      });
      expect(await verify(sync(), customers, noStop(), everything)).toMatchObject({
        result: {
          verdict: 'unproven',
          differences: [first, other, hinted].map((id) => ({ id, kind: 'unreadable' })),
        },
      });

      spoilt.clear();
      shop.clock.advance(90_000_000);
      expect(await sweep(sync(), customers, noStop(), { periodMs: 0 })).toMatchObject({
        result: { status: 'succeeded' },
      });
      expect(await store.quarantine.list('test')).toEqual([]);
      expect(await customersOfCopy(copy.url)).toHaveLength(35);
    });
  },
);
