import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Sources of sibling packages are loaded directly, so that a test never runs against a stale build.
    alias: [
      { find: '@magento-sync/db/testing', replacement: source('packages/db/src/testing.ts') },
      { find: '@magento-sync/worker', replacement: source('apps/worker/src/index.ts') },
      { find: /^@magento-sync\/([a-z-]+)$/, replacement: source('packages/$1/src/index.ts') },
    ],
  },
  test: {
    include: ['{apps,packages}/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['tests/services/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For the few tests that ask for it; two cores carry no more.
    maxConcurrency: 2,
  },
});
