import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/services/longest-first.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Sources of sibling packages are loaded directly, so that a test never runs against a stale build.
    alias: [
      { find: '@magento-sync/db/testing', replacement: source('packages/db/src/testing.ts') },
      { find: /^@magento-sync\/([a-z-]+)\/errors$/, replacement: source('packages/$1/src/errors.ts') },
      { find: '@magento-sync/worker', replacement: source('apps/worker/src/index.ts') },
      { find: /^@magento-sync\/([a-z-]+)$/, replacement: source('packages/$1/src/index.ts') },
    ],
  },
  test: {
    include: ['{apps,packages}/*/src/**/*.test.ts', '{benchmarks,tests}/**/*.test.ts'],
    globalSetup: ['tests/services/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    // Integration tests wait for servers and processes more than they compute: more of them than cores keep those busy.
    maxWorkers: availableParallelism() + 2,
    // Nothing of ours keeps state in a module, so that files may share what a process has loaded.
    isolate: false,
    // A test that hangs is rare, a machine that is busy is not: nothing here bounds how long a test may take on one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 300_000 } },
    // For the few tests that ask for it.
    maxConcurrency: 2,
  },
});
