import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { copySources, type MutatedTree } from './mutated-tree.ts';
import { mutations } from './mutations/mutations.ts';
import { tellElsewhere } from './tell-elsewhere.ts';

/** As many as vitest runs at once; see vitest.config.ts. */
const treesAtOnce = 2;

describe.concurrent('a story or a scene notices when this is switched off:', () => {
  const idle: MutatedTree[] = [];

  beforeAll(async () => {
    for (let made = 0; made < treesAtOnce; made += 1) idle.push(await copySources());
  });

  afterAll(async () => {
    for (const tree of idle) await tree[Symbol.asyncDispose]();
  });

  test.each(mutations.map((mutation) => [mutation.defence, mutation] as const))(
    '%s',
    async (_defence, mutation) => {
      const tree = idle.pop();
      if (!tree) throw new RangeError('More tests run at once than there are trees.');
      try {
        await tree.apply(mutation);
        const [report] = await tellElsewhere(inject('postgresUrls')['18'], [mutation.seed], {
          source: tree.program,
          scene: mutation.scene,
        });
        expect(report?.broken.join('\n')).toMatch(mutation.says);
      } finally {
        idle.push(tree);
      }
    },
    120_000,
  );
});
