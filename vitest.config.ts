import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const common = {
  pool: 'forks' as const,
  restoreMocks: true,
  unstubEnvs: true,
  // As many as there are cores: each further one has all modules of its own, and makes them fast once more.
  maxWorkers: '100%',
  setupFiles: ['test/helpers/property-seed.ts'],
};

/** Test files that put something else in the place of a module: each gets modules of its own, all others share theirs. */
const MOCKING = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('test', name))
  .filter((path) => /^vi\.mock\(/m.test(readFileSync(path, 'utf8')));

export default defineConfig({
  test: {
    // What a module is made into is kept in node_modules by its content: a fifth of all that a run takes.
    experimental: { fsModuleCache: true },
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cli/**', 'test/e2e/**', 'test/wide/**', ...MOCKING],
          testTimeout: 300_000,
          isolate: false,
        },
      },
      { test: { ...common, name: 'mocks', include: MOCKING, testTimeout: 300_000 } },
      {
        test: { ...common, name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 300_000, isolate: false },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: [
            'test/e2e/build-kops.ts',
            'test/e2e/kube-apiserver/build.ts',
            'test/e2e/collector/build.ts',
            'test/e2e/other-tools/programs.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...common,
          name: 'wide',
          include: ['test/wide/**/*.test.ts'],
          globalSetup: ['test/wide/kubelet/programs.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
