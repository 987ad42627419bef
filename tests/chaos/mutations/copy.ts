import { copy, type Mutation, sync } from './mutation.ts';

/** What a write to the copy must hold. */
export const copyMutations: readonly Mutation[] = [
  {
    defence: 'a row that looks older than the copy is read again, and the later read wins',
    file: `${sync}/entity/record-pages.ts`,
    find: 'if (written.staleIds.length === 0) return written;',
    replace: 'if (written.staleIds.length >= 0) return written;',
    probe: 'reading',
    seed: 1,
    says: /stamp lay in the future keeps/,
  },
  {
    defence: 'a page is only written while its checkpoint has not been taken over',
    file: `${copy}/progress/checkpoint-fence.ts`,
    find: 'if (held?.fence !== fence) throw new FencedOutError(key);',
    replace: 'if (held === undefined) throw new FencedOutError(key);',
    seed: 2,
    says: /its checkpoint had been taken over/,
  },
  {
    defence: 'rows and checkpoint are written in one transaction',
    file: `${copy}/copy/write-page.ts`,
    find: '  return inPageTransaction(database, {\n    first: (statements) => look(statements, copied, page),',
    replace:
      '  const { checkpoint } = page;\n' +
      '  if (checkpoint) {\n' +
      '    await inPageTransaction(database, {\n' +
      '      first: async () => undefined,\n' +
      '      work: async (_, _client, _first, atTheEnd) => atTheEnd(advancedCheckpoint(checkpoint)),\n' +
      '    });\n' +
      '  }\n' +
      '  return inPageTransaction(database, {\n    first: (statements) => look(statements, copied, page),',
    scene: 'a torn write',
    seed: 1,
    says: /after a torn write: .*differs/,
  },
  {
    defence: 'an older row does not replace a newer one',
    file: `${copy}/copy/record-sql.ts`,
    find: 'when ${stamp} < ${storedStamp} and not (',
    replace: 'when false and not (',
    scene: 'a stale cache',
    seed: 1,
    says: /after a stale cache: .*differs/,
  },
  {
    defence: 'of two reads with one stamp the later one wins',
    file: `${copy}/copy/record-sql.ts`,
    find: "when ${isLater} then 'changed'\n  else 'stale'",
    replace: "when true then 'changed'\n  else 'stale'",
    scene: 'an overtaken page',
    seed: 1,
    says: /after a page was overtaken: .*differs/,
  },
  {
    defence: 'what the shop has taken away is taken away in the copy',
    file: `${copy}/copy/record-sql.ts`,
    find: 'if (!remembered) return',
    replace: 'if (remembered) return',
    probe: 'writers',
    seed: 1,
    says: /taken away is still there/,
  },
  {
    defence: 'only what was sent alike to the last byte counts as equal without being read',
    file: `${sync}/entity/sent-record.ts`,
    find: 'said.write(json);',
    replace: 'said.write(json.slice(0, 100));',
    scene: 'changes without a stamp',
    names: ['orders'],
    seed: 1,
    says: /after a sweep of recent rows: .*differs/,
  },
  {
    defence: 'a range is verified only when every living row of it was compared',
    file: `${copy}/copy/verified-ranges.ts`,
    find: 'except select unnest(${plainArray(ids)}::bigint[])',
    replace: 'except select ${nameOf(key)} from ${table}',
    scene: 'never compared',
    seed: 1,
    says: /counts as compared, and nobody could read it/,
  },
];
