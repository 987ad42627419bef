import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ByteWriter, parseJson } from '@magento-sync/exact-json';
import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import {
  bigint,
  boolean,
  date,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { expect, test } from 'vitest';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { copyRows } from './copy-binary.ts';

const samples = pgTable('copied_samples', {
  place: integer('place'),
  words: text('words'),
  lines: text('lines').array(),
  document: jsonb('document'),
  yes: boolean('yes'),
  sum: numeric('sum'),
  rate: numeric('rate', { precision: 20, scale: 4 }),
  count: integer('count'),
  id: bigint('id', { mode: 'number' }),
  at: timestamp('at', { withTimezone: true, precision: 3 }),
  day: date('day', { mode: 'string' }),
  digest: uuid('digest'),
  raw: jsonb('raw'),
  shop: text('shop'),
});
const { shop: shopColumn, ...others } = getTableColumns(samples);
const columns: readonly PgColumn[] = Object.values(others);

const create = `create temp table copied_samples (place int, words text, lines text[], document jsonb, yes boolean, sum numeric,
  rate numeric(20, 4), count int, id bigint, at timestamptz(3), day date, digest uuid, raw jsonb, shop text)`;

/** Whatever PostgreSQL can hold; what it cannot is taken out before. */
const storable = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('\\N', '\\.', '\t', '\r\n', '"', '{}', 'NULL', '\\\\'),
  )
  .map((some) => some.replaceAll('\0', '').replace(/\p{Cs}/gu, ''));
const json = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme-ascii' });
const digits = fc.stringMatching(/^\d{0,12}$/);
/** As a shop may send decimal numbers: as numbers, as texts, with exponents, with more digits than JavaScript holds. */
const decimal = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  fc.integer(),
  fc.nat({ max: 20_000 }),
  fc.constantFrom(0, -0, '+.5', '5.', '-0.0', '00012.3400', '1e-400', '12E+3', '-123.45e-5'),
  fc.constantFrom(parseJson('12345678901234567890.123'), parseJson('-0.30000000000000000001')),
  fc
    .tuple(fc.constantFrom('', '-', '+'), digits, fc.constantFrom('', '.'), digits)
    .map((parts) => parts.join(''))
    .filter((number) => /\d/.test(number)),
);
const moment = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const spelt = (when: Date) => when.toISOString().slice(0, 19).replace('T', ' ');

async function copy(client: pg.PoolClient, bytes: ByteWriter): Promise<void> {
  await client.query('truncate copied_samples');
  await pipeline(
    Readable.from([bytes.bytes()]),
    client.query(from('copy copied_samples from stdin (format binary)')),
  );
}

describeOnEveryPostgres('rows in the binary format of COPY', (stage) => {
  async function withSamples(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await stage.database.pool.connect();
    try {
      await client.query(create);
      await work(client);
    } finally {
      await client.query('drop table if exists copied_samples');
      client.release();
    }
  }

  test('property: every value arrives as the server itself reads its text', async () => {
    const row = fc.record({
      words: fc.option(storable),
      lines: fc.option(fc.array(fc.option(storable), { maxLength: 3 })),
      document: json.filter((value) => value !== null),
      yes: fc.option(fc.boolean()),
      sum: fc.option(decimal),
      rate: fc.option(decimal.filter((number) => Math.abs(Number(String(number))) < 1e15)),
      count: fc.option(fc.integer()),
      id: fc.option(fc.maxSafeInteger()),
      at: fc.option(
        fc.oneof(
          moment,
          moment.map((when) => `${spelt(when)}+00`),
        ),
      ),
      day: fc.option(moment.map((when) => spelt(when).slice(0, 10))),
      digest: fc.option(fc.uuid().map((digest) => digest.replaceAll('-', ''))),
      raw: fc.record({ text: storable }),
    });
    const told = (value: unknown) => (value === null ? null : String(value));
    await withSamples(async (client) => {
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), storable, async (some, shop) => {
          const rows = some.map((one, place) => ({ ...one, place }));
          const made = (index: number) =>
            index % 2 === 0 ? JSON.stringify(rows[index]?.raw, null, index % 4) : undefined;
          const bytes = new ByteWriter(10);
          copyRows(bytes, columns, rows, [[shopColumn, shop]], made);
          await copy(client, bytes);
          const stored = await client.query<Record<string, unknown>>(
            `select c.place, c.words, c.lines, c.document, c.yes, c.count, c.raw, c.shop, c.id::text,
               c.sum is not distinct from t.sum and c.rate is not distinct from t.rate as numbers,
               c.at is not distinct from t.at and c.day is not distinct from t.day as times,
               c.digest is not distinct from t.digest as digests
             from copied_samples c join unnest($1::int[], $2::numeric[], $3::numeric(20, 4)[], $4::timestamptz[], $5::date[], $6::uuid[])
               as t(place, sum, rate, at, day, digest) using (place) order by place`,
            [
              rows.map(({ place }) => place),
              rows.map(({ sum }) => told(sum)),
              rows.map(({ rate }) => told(rate)),
              rows.map(({ at }) => (at instanceof Date ? at.toISOString() : at)),
              rows.map(({ day }) => day),
              rows.map(({ digest }) => digest),
            ],
          );
          expect(stored.rows).toEqual(
            rows.map(({ place, words, lines, yes, count, id, document, raw }) => ({
              place,
              words,
              lines,
              yes,
              count,
              shop,
              document: JSON.parse(JSON.stringify(document)) as unknown,
              raw: JSON.parse(JSON.stringify(raw)) as unknown,
              id: told(id),
              numbers: true,
              times: true,
              digests: true,
            })),
          );
        }),
        { numRuns: 150 },
      );
    });
  });

  test('digits behind the point stay as many as were sent', async () => {
    const sums = ['12.3400', '0', '0.0000', '100', '.5', '1.10e3', parseJson('1.00000000000000000010')];
    await withSamples(async (client) => {
      const bytes = new ByteWriter(10);
      copyRows(
        bytes,
        columns,
        sums.map((sum, place) => ({ place, sum })),
        [[shopColumn, 'shop']],
      );
      await copy(client, bytes);
      const { rows } = await client.query('select sum::text as sum from copied_samples order by place');
      expect(rows.map(({ sum }: { sum: string }) => sum)).toEqual([
        '12.3400',
        '0',
        '0.0000',
        '100',
        '0.5',
        '1100',
        '1.00000000000000000010',
      ]);
    });
  });

  test('a number of more digits behind the point than the server keeps is cut there', async () => {
    await withSamples(async (client) => {
      const bytes = new ByteWriter(10);
      const row = { place: 0, sum: `0.${'1'.repeat(20_000)}`, rate: `${'0'.repeat(20_000)}7.5` };
      copyRows(bytes, columns, [row], [[shopColumn, 'shop']]);
      await copy(client, bytes);
      const { rows } = await client.query('select scale(sum) as scale, rate from copied_samples');
      expect(rows).toEqual([{ scale: 16_383, rate: '7.5000' }]);
    });
  });

  test.each([
    ['a number that is none', { sum: 'many' }, /numeric column/],
    ['half a thing', { count: 1.5 }, /integer column/],
    ['a time without its zone', { at: '2026-01-02 03:04:05' }, /without UTC/],
    ['a day that is none', { day: 'tomorrow' }, /column of times/],
  ])('%s is refused before anything is sent', (_what, row, refused) => {
    expect(() => copyRows(new ByteWriter(10), columns, [row])).toThrow(refused);
  });

  test('members stand in the order in which jsonb keeps them', async () => {
    const document = { beta: 1, a: { zz: 1, b: [{ long: 1, c: 2 }] }, alpha: null };
    const bytes = new ByteWriter(10);
    copyRows(bytes, [samples.document], [{ document }]);
    const { rows } = await stage.database.pool.query('select $1::jsonb::text as kept', [
      JSON.stringify(document),
    ]);
    const kept = (rows[0] as { kept: string }).kept.replaceAll(' ', '');
    expect(bytes.bytes().toString('latin1')).toContain(kept);
  });
});
