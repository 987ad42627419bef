import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { copySources, type MutatedTree } from './mutated-tree.ts';
import { mutations } from './mutations/mutations.ts';
import { tellElsewhere } from './tell-elsewhere.ts';

describe('a story or a scene notices when this is switched off:', () => {
  let tree: MutatedTree;

  beforeAll(async () => {
    tree = await copySources();
  });

  afterAll(() => tree[Symbol.asyncDispose]());

  test.each(mutations.map((mutation) => [mutation.defence, mutation] as const))(
    '%s',
    async (_defence, mutation) => {
      await tree.apply(mutation);
      const [report] = await tellElsewhere(inject('postgresUrls')['18'], [mutation.seed], {
        source: tree.program,
        scene: mutation.scene,
      });
      expect(report?.broken.join('\n')).toMatch(mutation.says);
    },
    120_000,
  );
});
