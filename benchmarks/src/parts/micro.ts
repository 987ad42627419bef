import { readFileSync } from 'node:fs';
import { createEntityCopy, createRunRepository, openDatabase } from '@magento-sync/db';
import { customers, orders } from '@magento-sync/entities';
import { Bench as Tinybench } from 'tinybench';
import { contentHash } from '../../../apps/worker/src/sync/entity/content-hash.ts';
import { toSentRecord } from '../../../apps/worker/src/sync/entity/sent-record.ts';
import { oauthHeader } from '../../../packages/magento-client/src/auth/oauth1-header.ts';
import { parseJson } from '../../../packages/magento-client/src/http/parse-json.ts';
import { itemTexts } from '../../../packages/magento-client/src/payloads/item-texts.ts';
import { readRecord } from '../../../packages/magento-client/src/payloads/read-record.ts';
import { encodeSearchCriteria } from '../../../packages/magento-client/src/search/encode-criteria.ts';
import { changedAfter } from '../../../packages/magento-client/src/search/keyset-pages.ts';
import { searchCriteria } from '../../../packages/magento-client/src/search/search-criteria.ts';
import type { Part } from '../bench.ts';
import { integration } from '../running/shop-control.ts';

const pageSize = 300;

/** What each request, row and page costs in the worker, by itself. */
export const micro: Part = {
  name: 'micro',
  title: 'signature, criteria, parsing, hashing and writing, each by itself',
  async run({ sizes, postgres, figure, say }) {
    say('in the processor alone');
    const rows = recordedRows('customers.ndjson').slice(0, pageSize);
    const text = JSON.stringify({ items: rows, search_criteria: {}, total_count: rows.length });
    const answer = { status: 200, headers: {}, text };
    const records = rows.map((row) =>
      readRecord(customers, row, '/V1/customers/search', () => JSON.stringify(row)),
    );
    const sales = recordedRows('2.4.8-p1/orders.ndjson').map((row) => readRecord(orders, row, '/V1/orders'));
    const url = `https://shop.example.com/rest/all/V1/customers/search?${criteria(1)}`;
    const keys = { ...integration, token: integration.accessToken };
    const computing = new Tinybench({ time: sizes.microMs, warmupTime: sizes.microMs / 4 });
    let turn = 0;
    computing
      .add('signature', () => {
        turn += 1;
        oauthHeader({ method: 'GET', url }, keys, { timestampSeconds: turn, nonce: String(turn) });
      })
      .add('criteria', () => {
        turn += 1;
        criteria(turn);
      })
      .add('parse', () => {
        const { body, json = '' } = parseJson(answer, '/V1/customers/search');
        const { items } = body as { items: unknown[] };
        const texts = itemTexts(json, items.length);
        for (const [index, item] of items.entries())
          readRecord(customers, item, '/V1/customers/search', () => texts?.[index]);
      })
      .add('read', () => {
        // A record is read when it is first asked what it says, and once.
        for (const row of rows) {
          const record = readRecord(customers, row, '/V1/customers/search');
          if (record.row.id !== record.id || record.children.customer_addresses.length < 0)
            throw new Error('A record says nothing.');
        }
      })
      .add('digest', () => {
        for (const record of records)
          if (toSentRecord(customers, record).sentHash === '') throw new Error('No digest.');
      })
      .add('hash', () => {
        for (const { raw } of records) contentHash(raw, customers);
      })
      .add('hash_orders', () => {
        for (const { raw } of sales) contentHash(raw, orders);
      });
    await computing.run();
    const micros = (name: string, rowsACall: number) => (1_000 * medianMs(computing, name)) / rowsACall;
    figure('signature', 'signing a request', micros('signature', 1), 'µs');
    figure('criteria', 'criteria of a page of changes', micros('criteria', 1), 'µs');
    figure('parse', 'parsing a customer', micros('parse', pageSize), 'µs');
    figure('digest', 'digest of a customer as it was sent', micros('digest', pageSize), 'µs');
    figure('read', 'reading all that a customer says', micros('read', pageSize), 'µs');
    figure('hash', 'canonical hash of a customer', micros('hash', pageSize), 'µs');
    figure('hash_orders', 'canonical hash of an order', micros('hash_orders', sales.length), 'µs');

    say('with PostgreSQL');
    await using copy = await postgres.createCopy('bench_micro');
    await using database = await openDatabase({ url: copy.url });
    const written = createEntityCopy(database, customers);
    const runId = await createRunRepository(database).start({
      shop: 'bench',
      entity: 'customers',
      kind: 'backfill',
    });
    const page = (shift: number) =>
      rows.map((row) => readRecord(customers, shifted(row, shift), '/V1/customers/search'));
    const write = (items: ReturnType<typeof page>) =>
      written.writePage({
        shop: 'bench',
        runId,
        cause: 'backfill',
        readAt: new Date(),
        records: items.map((record) => toSentRecord(customers, record)),
        verified: true,
      });
    const same = page(0);
    await write(same);
    const writing = new Tinybench({ time: sizes.microMs, warmupTime: sizes.microMs / 4 });
    let shift = 0;
    let fresh: ReturnType<typeof page> = [];
    writing
      .add('write_new', () => write(fresh), {
        // Rows that nobody has seen before, made outside of the time that counts.
        beforeEach() {
          shift += 10_000_000;
          fresh = page(shift);
        },
      })
      .add('write_same', () => write(same));
    await writing.run();
    figure('write_new', `writing a page of ${pageSize} new customers`, medianMs(writing, 'write_new'), 'ms');
    figure(
      'write_same',
      `a page of ${pageSize} customers that are there already`,
      medianMs(writing, 'write_same'),
      'ms',
    );
  },
};

function medianMs(measured: Tinybench, name: string): number {
  const result = measured.getTask(name)?.result;
  if (result && 'latency' in result) return result.latency.p50;
  throw new Error(`${name} could not be measured.`);
}

function criteria(id: number): string {
  return encodeSearchCriteria(
    changedAfter(searchCriteria(), { updatedAt: '2026-01-01 00:00:00', id }).pageSize(pageSize),
  );
}

type Row = Readonly<Record<string, unknown>>;

function recordedRows(file: string): Row[] {
  return readFileSync(new URL(`../../../recordings/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The same customer under another id, with addresses under other ids. */
function shifted(row: Row, by: number): Row {
  const id = Number(row['id']) + by;
  const addresses = (row['addresses'] as readonly Row[]).map((address) => ({
    ...address,
    id: Number(address['id']) + by,
    customer_id: id,
  }));
  return { ...row, id, addresses };
}
