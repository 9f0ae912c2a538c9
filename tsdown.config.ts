import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsdown';

const yamlModules = fileURLToPath(new URL('node_modules/yaml/browser/index.js', import.meta.url));
const common = { format: 'esm', platform: 'node', target: 'node20', outDir: 'dist' } as const;

export default defineConfig([
  { ...common, entry: { index: 'src/index.ts' }, dts: true, clean: true },
  {
    ...common,
    entry: { cli: 'src/cli.ts' },
    dts: false,
    clean: false,
    minify: true,
    // The program carries its own copies, so that it starts fast; yaml's ES modules load in half the time of its CommonJS build.
    deps: { alwaysBundle: [/.*/], onlyBundle: false },
    alias: { yaml: yamlModules },
    outputOptions: { chunkFileNames: 'cli-[name]-[hash].mjs' },
  },
]);
