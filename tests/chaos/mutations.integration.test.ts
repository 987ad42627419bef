import { describe, expect, inject, test } from 'vitest';
import { mutations } from './mutations/mutations.ts';
import { tellMutated } from './tell-mutated.ts';

describe.concurrent('a story or a scene fails when this defence is switched off:', () => {
  test.each(mutations.map((mutation) => [mutation.defence, mutation] as const))(
    '%s',
    async (_defence, mutation) => {
      const [report] = await tellMutated(inject('postgresUrls')['18'], mutation);
      expect(report?.broken.join('\n')).toMatch(mutation.says);
    },
    120_000,
  );
});
