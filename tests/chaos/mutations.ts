/** A defence that is switched off by changing the source, and a seed whose story shows that it is missed. */
export interface Mutation {
  /** The defence: what the code does while it is there. */
  readonly defence: string;
  /** File that is changed, from the root of the repository. */
  readonly file: string;
  /** Text that is replaced; it must occur exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The seed that catches it. */
  readonly seed: number;
  /** What the story then says. */
  readonly says: RegExp;
}

const sync = 'apps/worker/src/sync';
const client = 'packages/magento-client/src';
const copy = 'packages/db/src';

const lost = /after the last pull: .*(differs|missing|in the shop)/;
const unequal = /differs|missing|addresses|in the shop/;
const falseTombstones = /false tombstones/;

/** Every defence that a story can show to be needed. */
export const mutations: readonly Mutation[] = [
  {
    defence: 'the watermark never passes the clock of the shop minus the overlap',
    file: `${sync}/watermark.ts`,
    find: 'const followed = latestSeen === null ? floor : earliest(latestSeen, ceiling);',
    replace: 'const followed = latestSeen ?? ceiling;',
    seed: 1,
    says: lost,
  },
  {
    defence: 'a row that looks older than the copy is read again, and the later read wins',
    file: `${sync}/customer-pages.ts`,
    find: 'if (written.staleIds.length === 0) return written;',
    replace: 'if (written.staleIds.length >= 0) return written;',
    seed: 3,
    says: unequal,
  },
  {
    defence: 'a keyset goes on within a second that many rows share',
    file: `${client}/search/keyset-pages.ts`,
    find: ".where('updated_at', 'gteq', updatedAt)",
    replace: ".where('updated_at', 'gt', updatedAt)",
    seed: 1,
    says: lost,
  },
  {
    defence: 'the pulls begin before the backfill began',
    file: `${sync}/watermark.ts`,
    find: 'return stampOf(new Date(startedAt.getTime() - overlapMs - clockToleranceMs));',
    replace: 'return stampOf(new Date(startedAt.getTime() + overlapMs + clockToleranceMs));',
    seed: 1,
    says: lost,
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
    defence: 'the content hash covers everything but the stamp',
    file: `${sync}/content-hash.ts`,
    find: 'const { updated_at: _moved, ...content } = raw;',
    replace: 'const { updated_at: _moved, addresses: _left, extension_attributes: _out, ...content } = raw;',
    seed: 2,
    says: unequal,
  },
  {
    defence: 'the sweep reads every row',
    file: `${sync}/sweep.ts`,
    find: 'if (state.completedAt || !isBehind(context, state, options)) return',
    replace: 'if (!state.completedAt || !isBehind(context, state, options)) return',
    seed: 2,
    says: unequal,
  },
  {
    defence: 'a brake holds when too many customers vanish at once',
    file: `${sync}/deletions.ts`,
    find: 'if (vanishing + before <= allowed) return undefined;',
    replace: 'if (vanishing + before >= 0) return undefined;',
    seed: 2,
    says: falseTombstones,
  },
  {
    defence: 'a row over which the shop fails is set aside and everything else goes on',
    file: `${sync}/quarantine.ts`,
    find: '      if (!(error instanceof ServerFault) || !(await answers())) throw error;\n      const id',
    replace: '      if (error !== undefined) throw error;\n      const id',
    seed: 12,
    says: /the last .* failed/,
  },
];
