import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseJson, TextBytes } from '@magento-sync/exact-json';
import { bigint, boolean, integer, jsonb, numeric, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { from } from 'pg-copy-streams';
import { expect, test } from 'vitest';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { copyLines } from './copy-text.ts';

const samples = pgTable('copied_samples', {
  place: integer('place'),
  words: text('words'),
  lines: text('lines').array(),
  document: jsonb('document'),
  yes: boolean('yes'),
  sum: numeric('sum'),
  id: bigint('id', { mode: 'number' }),
  at: timestamp('at', { withTimezone: true }),
  raw: jsonb('raw'),
  shop: text('shop'),
});
const columns = [
  samples.place,
  samples.words,
  samples.lines,
  samples.document,
  samples.yes,
  samples.sum,
  samples.id,
  samples.at,
  samples.raw,
];

/** Whatever PostgreSQL can hold; what it cannot is taken out before. */
const storable = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\\N', '\\.', '\t', '\r\n', '"', '{}', 'NULL', '\\\\'),
  )
  .map((some) => some.replaceAll('\0', '').replace(/\p{Cs}/gu, ''));
const json = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme-ascii' });

describeOnEveryPostgres('rows as lines of COPY', (stage) => {
  test('property: every value arrives as it was', async () => {
    const client = await stage.database.pool.connect();
    try {
      await client.query(
        `create temp table copied_samples (place int, words text, lines text[], document jsonb, yes boolean, sum numeric,
           id bigint, at timestamptz, raw jsonb, shop text)`,
      );
      const row = fc.record({
        words: fc.option(storable),
        lines: fc.option(fc.array(storable, { maxLength: 3 })),
        document: json.filter((value) => value !== null),
        yes: fc.option(fc.boolean()),
        sum: fc.constantFrom(null, 0, -1.5, '12.3400', parseJson('12345678901234567890.123')),
        id: fc.option(fc.maxSafeNat()),
        at: fc.constantFrom(null, '2026-01-02 03:04:05+00', new Date('2026-01-02T03:04:05Z')),
        raw: fc.record({ text: storable }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), storable, async (some, shop) => {
          const rows = some.map((one, place) => ({ ...one, place }));
          await client.query('truncate copied_samples');
          const made = (index: number) =>
            index % 2 === 0 ? JSON.stringify(rows[index]?.raw, null, index % 4) : undefined;
          const lines = new TextBytes(10);
          copyLines(lines, columns, rows, [shop], made);
          await pipeline(
            Readable.from([lines.bytes()]),
            client.query(from('copy copied_samples from stdin')),
          );
          const stored = await client.query<Record<string, unknown>>(
            'select *, sum::text as sum, id::text as id from copied_samples order by place',
          );
          expect(stored.rows).toEqual(
            rows.map(({ sum, id, at, document, raw, ...plain }) => ({
              ...plain,
              document: JSON.parse(JSON.stringify(document)) as unknown,
              raw: JSON.parse(JSON.stringify(raw)) as unknown,
              sum: sum === null ? null : String(sum),
              id: id === null ? null : String(id),
              at: at === null ? null : new Date('2026-01-02T03:04:05Z'),
              shop,
            })),
          );
        }),
        { numRuns: 60 },
      );
    } finally {
      client.release();
    }
  });
});
