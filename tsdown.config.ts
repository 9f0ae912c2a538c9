import { fileURLToPath } from 'node:url';
import { licensePlugin } from 'rolldown-license-plugin';
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
    plugins: [thirdPartyLicenses()],
  },
]);

/** Writes `dist/THIRD-PARTY-LICENSES`: the licence of every package whose code is in the program. */
function thirdPartyLicenses() {
  return licensePlugin({
    failOnUnlicensed: true,
    done(packages, build) {
      const source = packages
        .map(({ name, version, license, licenseText }) => `${name} ${version} (${license})\n\n${licenseText.trim()}\n`)
        .join(`\n${'-'.repeat(80)}\n\n`);
      build.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES', source });
    },
  });
}
