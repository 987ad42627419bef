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
    defence: 'rows and checkpoint are committed together',
    file: `${copy}/customers/write-page.ts`,
    find: '    if (page.checkpoint) await holdFence(client, page.checkpoint);\n    const inserted',
    replace: `    if (page.checkpoint) {
      const { checkpoint } = page;
      await holdFence(client, checkpoint);
      await advanceCheckpoint(client, checkpoint);
      await client.query('commit');
      await client.query('begin');
    }
    const inserted`,
    seed: 1,
    says: lost,
  },
  {
    defence: 'older rows never replace newer ones',
    file: `${copy}/customers/customer-sql.ts`,
    find: "  when r.source_updated_at < s.source_updated_at and not ($5::boolean and $3::timestamptz >= s.last_seen_at) then 'stale'\n",
    replace: '',
    seed: 2,
    says: /went back from/,
  },
  {
    defence: 'what the shop leaves out is null in the copy as well',
    file: `${copy}/bulk/recordset.ts`,
    find: 'return columns.map(({ name }) => `${name} = ${alias}.${name}`).join(',
    replace: 'return columns.map(({ name }) => `${name} = coalesce(${alias}.${name}, s.${name})`).join(',
    seed: 2,
    says: unequal,
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
    defence: 'a customer that reappears loses the tombstone',
    file: `${copy}/customers/customer-sql.ts`,
    find: "      else 'revived'",
    replace: "      else 'stale'",
    seed: 2,
    says: /is alive and has a tombstone/,
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
    defence: 'only a read of its own proves that a customer is gone',
    file: `${sync}/customers.ts`,
    find: '    await context.magento.customers.get(id, { signal });\n    return false;',
    replace: '    return !signal.aborted;',
    seed: 2,
    says: falseTombstones,
  },
  {
    defence: 'a 404 that is not Magento’s own proves nothing',
    file: `${client}/response-error.ts`,
    find: "  if (body.message === '') {\n    return new MagentoResponseError(\n      `${response.path} was not answered by Magento's web API",
    replace:
      "  if (body.message === '' && response.path === '') {\n    return new MagentoResponseError(\n      `${response.path} was not answered by Magento's web API",
    seed: 2,
    says: falseTombstones,
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
    defence: 'rows between pages have to add up with the counts of the shop',
    file: `${sync}/read-account.ts`,
    find: 'if (matching <= shown.size) return;',
    replace: 'if (matching >= 0) return;',
    seed: 1,
    says: lost,
  },
  {
    defence: 'a row over which the shop fails is set aside and everything else goes on',
    file: `${sync}/quarantine.ts`,
    find: '      if (!(error instanceof ServerFault) || !(await answers())) throw error;\n      const id',
    replace: '      if (error !== undefined) throw error;\n      const id',
    seed: 4,
    says: /the last .* failed/,
  },
];
