import { expect, inject, test } from 'vitest';
import { probe as absence } from './absence.ts';
import { probe as deletions } from './deletions.ts';
import { probe as erasure } from './erasure.ts';
import { probe as pauses } from './pauses.ts';
import { probe as personalData } from './personal-data.ts';
import { probe as reading } from './reading.ts';
import { probe as writers } from './writers.ts';

test.each(
  Object.entries({ absence, deletions, erasure, pauses, 'personal-data': personalData, reading, writers }),
)('probe "%s": with all defences nothing is broken', async (_name, probe) => {
  expect(await probe(inject('postgresUrls')['15'])).toEqual([]);
});
