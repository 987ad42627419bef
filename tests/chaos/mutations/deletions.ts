import type { Mutation } from './mutation.ts';

const sync = 'apps/worker/src/sync';
const client = 'packages/magento-client/src';
const copy = 'packages/db/src';
const falseTombstones = /false tombstones/;

/** What keeps deletions true. */
export const deletionMutations: readonly Mutation[] = [
  {
    defence: 'a brake holds when too many customers vanish at once',
    file: `${sync}/deletions.ts`,
    find: 'if (vanishing + before <= allowed) return undefined;',
    replace: 'if (vanishing + before >= 0) return undefined;',
    scene: 'a role that lost a website',
    seed: 1,
    says: falseTombstones,
  },
  {
    defence: 'only a read of its own proves that a customer is gone',
    file: `${sync}/customers.ts`,
    find: '    return false;\n  } catch (error) {\n    if (error instanceof NotFoundError) return true;',
    replace: '    return true;\n  } catch (error) {\n    if (error instanceof NotFoundError) return true;',
    scene: 'hidden from lists',
    seed: 1,
    says: falseTombstones,
  },
  {
    defence: 'a 404 counts only when Magento says that this customer does not exist',
    file: `${client}/resources/customers.ts`,
    find: 'error instanceof NotFoundError && !saysMissing(error, id) ? notOurs(error) : error',
    replace: 'error instanceof NotFoundError && saysMissing(error, 0) ? notOurs(error) : error',
    scene: 'unknown to a gateway',
    seed: 1,
    says: falseTombstones,
  },
  {
    defence: 'who comes back loses the tombstone',
    file: `${copy}/customers/customer-sql.ts`,
    find: "else 'revived'",
    replace: "else 'same'",
    scene: 'restored rows',
    seed: 1,
    says: /is alive and has a tombstone/,
  },
  {
    defence: 'a sweep looks for deletions between the rows',
    file: `${sync}/sweep.ts`,
    find: 'return (await entity.idsInCopy(context, range)).filter((id) => !seen.has(id));',
    replace: 'return (await entity.idsInCopy(context, range)).filter((id) => seen.has(-id));',
    scene: 'deletions for a sweep',
    seed: 1,
    says: /after a sweep alone: .*gone from the shop/,
  },
  {
    defence: 'a reconcile finds deletions by counts',
    file: `${sync}/reconcile.ts`,
    find: 'missing.push(...difference.missing);',
    replace: 'missing.push(...difference.missing.slice(0, 0));',
    scene: 'counts that differ',
    seed: 1,
    says: /after a reconcile alone: .*gone from the shop/,
  },
  {
    defence: 'a reconcile reads what only the shop has',
    file: `${sync}/reconcile.ts`,
    find: 'await entity.reread(context, difference.added, {',
    replace: 'await entity.reread(context, difference.added.slice(0, 0), {',
    scene: 'counts that differ',
    seed: 1,
    says: /after a reconcile alone: .*(missing|tombstone)/,
  },
  {
    defence: 'another person under an id is not taken for the former one',
    file: `${copy}/customers/customer-sql.ts`,
    find: "case when $3::timestamptz >= s.last_seen_at then 'replaced' else 'stale' end",
    replace: "case when $3::timestamptz >= s.last_seen_at then 'changed' else 'stale' end",
    scene: 'another person',
    seed: 1,
    says: /passes for the former one/,
  },
  {
    defence: 'who is still counted is not gone',
    file: `${sync}/deletions.ts`,
    find: 'unserved.filter((id) => !denied.includes(id));',
    replace: 'unserved.filter((id) => !denied.includes(-id));',
    scene: 'denied and counted',
    seed: 1,
    says: falseTombstones,
  },
];
