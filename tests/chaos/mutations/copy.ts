import { copy, type Mutation, sync } from './mutation.ts';

const unequal = /differs|missing|addresses|in the shop/;

/** What a write to the copy must hold. */
export const copyMutations: readonly Mutation[] = [
  {
    defence: 'a row that looks older than the copy is read again, and the later read wins',
    file: `${sync}/entity/customer-pages.ts`,
    find: 'if (written.staleIds.length === 0) return written;',
    replace: 'if (written.staleIds.length >= 0) return written;',
    seed: 3,
    says: unequal,
  },
  {
    defence: 'a page is only written while its checkpoint has not been taken over',
    file: `${copy}/checkpoint-fence.ts`,
    find: 'if (held.rows[0]?.fence !== fence.toString()) throw new FencedOutError(key);',
    replace: 'if (held.rows[0] === undefined) throw new FencedOutError(key);',
    seed: 2,
    says: /its checkpoint had been taken over/,
  },
  {
    defence: 'addresses that vanish from a customer vanish from the copy',
    file: `${copy}/customers/write-page.ts`,
    find: 'if (rewritten.size > 0) {',
    replace: 'if (rewritten.size < 0) {',
    seed: 2,
    says: /addresses, the copy/,
  },
  {
    defence: 'rows and checkpoint are written in one transaction',
    file: `${copy}/customers/write-page.ts`,
    find: '  return inTransaction(database, async (client) => {\n    if (page.checkpoint) await holdFence',
    replace:
      '  const { checkpoint } = page;\n' +
      '  if (checkpoint) await inTransaction(database, (own) => advanceCheckpoint(own, checkpoint));\n' +
      '  return inTransaction(database, async (client) => {\n    if (page.checkpoint) await holdFence',
    scene: 'a torn write',
    seed: 1,
    says: /after a torn write: .*differs/,
  },
  {
    defence: 'an older row does not replace a newer one',
    file: `${copy}/customers/customer-sql.ts`,
    find: 'when r.source_updated_at < s.source_updated_at and not (',
    replace: 'when false and not (',
    scene: 'a stale cache',
    seed: 1,
    says: /after a stale cache: .*differs/,
  },
  {
    defence: 'of two reads with one stamp the later one wins',
    file: `${copy}/customers/customer-sql.ts`,
    find: "when $3::timestamptz >= s.last_seen_at then 'changed'\n  else 'stale'",
    replace: "when true then 'changed'\n  else 'stale'",
    scene: 'an overtaken page',
    seed: 1,
    says: /after a page was overtaken: .*differs/,
  },
  {
    defence: 'what the shop has taken away is taken away in the copy',
    file: `${copy}/customers/customer-sql.ts`,
    find: "set ${assignments(customerColumns, 'v')},",
    replace:
      "set ${customerColumns.map(({ name }) => `${name} = coalesce(v.${name}, s.${name})`).join(', ')},",
    seed: 2,
    says: /is null in the shop and/,
  },
];
