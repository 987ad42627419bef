/** A defence that is switched off by changing the source, and a seed whose story shows that it is missed. */
export interface Mutation {
  /** The defence, as a sentence about what the code does while it is there. */
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

const worker = 'apps/worker/src/sync';
const client = 'packages/magento-client/src';

/** Every defence that a story can show to be needed. */
export const mutations: readonly Mutation[] = [
  {
    defence: 'a pull starts an overlap before the watermark',
    file: `${worker}/watermark.ts`,
    find: 'return earlier(watermark, overlapMs);',
    replace: 'return earlier(watermark, 0 * overlapMs);',
    seed: 0,
    says: /differs|missing/,
  },
  {
    defence: 'the watermark never passes the clock of the shop minus the overlap',
    file: `${worker}/watermark.ts`,
    find: 'const followed = latestSeen === null ? floor : earliest(latestSeen, ceiling);',
    replace: 'const followed = latestSeen ?? ceiling;',
    seed: 0,
    says: /differs|missing/,
  },
  {
    defence: 'stamps from the future do not move the watermark',
    file: `${worker}/watermark.ts`,
    find: 'stamp !== null && stamp <= limit &&',
    replace: "stamp !== null && (stamp <= limit || limit !== '') &&",
    seed: 0,
    says: /differs|missing/,
  },
  {
    defence: 'a keyset goes on within a second that many rows share',
    file: `${client}/search/keyset-pages.ts`,
    find: ".where('updated_at', 'gteq', updatedAt)",
    replace: ".where('updated_at', 'gt', updatedAt)",
    seed: 0,
    says: /differs|missing/,
  },
  {
    defence: 'the pull after a backfill starts before it',
    file: `${worker}/backfill-plan.ts`,
    find: '  const watermark = firstWatermark(plan.startedAt, context.settings.overlapMs);\n  const [pull]',
    replace:
      "  const watermark = context.clock.now().toISOString().slice(0, 19).replace('T', ' ');\n  const [pull]",
    seed: 0,
    says: /differs|missing/,
  },
];
