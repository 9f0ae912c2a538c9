import { defineConfig } from 'vitest/config';

const common = {
  pool: 'threads' as const,
  restoreMocks: true,
  maxWorkers: '100%',
  setupFiles: ['test/helpers/property-seed.ts'],
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cli/**', 'test/e2e/**'],
          testTimeout: 300_000,
        },
      },
      { test: { ...common, name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/build-kops.ts', 'test/e2e/kube-apiserver/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
