import { fileURLToPath } from 'node:url';
import { licensePlugin } from 'rolldown-license-plugin';
import { defineConfig } from 'tsdown';

const yamlModules = fileURLToPath(new URL('node_modules/yaml/browser/index.js', import.meta.url));
const common = { format: 'esm', platform: 'node', target: 'node20', outDir: 'dist' } as const;

/**
 * What is loaded together is in one file: each further one costs a start more than the parsing of what it does not use.
 * The rest falls into files by who imports it.
 */
const GROUPS = [
  { name: 'start', test: /src.(cli.program|errors|terminal.output|version)/ },
  {
    name: 'commands',
    test: /node_modules.(commander|fast-string-truncated-width)|src.(cli.(commands|declare)|cluster.release|flags.(check|clashes|table)|input.(file-error|read|shipped)|json|terminal.io|report.(credentials|fit|text))\./,
  },
  // Reading a log needs what a policy says of a request, and nothing of YAML.
  {
    name: 'requests',
    test: /src.policy.(api|decide|explain|request|nearest|sensitive|types|who|kube-version|test.request-line)/,
  },
  {
    name: 'logs',
    test: /fast-string-width|src.(events.(?!complete|questions|report|who|object-history)|report.(credentials|table|events.(?!object))|input.(log-files|decompress|follow)|flags.times|commands.logs.(open|count|print|follow|filter-flags))/,
  },
  {
    name: 'policy',
    test: /src.(yaml.read|cluster.options|input.templates|lint.kinds|cluster.sections|policy.(load|decide|request|api|types|sensitive)|commands.policy.(named|loaded))/,
  },
  { name: 'template', test: /src.policy.render/ },
  { name: 'lint', test: /src.(policy.compare|lint.(policy|lint-policy|lint-text|rule|text-lines)|report.findings)/ },
  { name: 'kubeadm', test: /src.(kubeadm|lint.kubeadm|commands.lint.manifests)/ },
  { name: 'spec', test: /src.(cluster|lint|yaml|flags.values)/ },
  {
    name: 'change',
    test: /src.(change|commands.change.(?!on-log)|kops|process|report.(mask|find-secrets|secrets|diff|plan|effects|preview))/,
  },
];

export default defineConfig([
  { ...common, entry: { index: 'src/index.ts' }, dts: true, clean: true },
  {
    ...common,
    entry: { cli: 'src/cli.ts', 'replay-worker': 'src/commands/policy/replay-worker.ts' },
    // Node loads CommonJS at once; ES modules go through a loader of their own, which alone takes longer than `--version`.
    format: 'cjs',
    dts: false,
    clean: false,
    minify: true,
    // The program carries its own copies, so that it starts fast; yaml's ES modules load in half the time of its CommonJS build.
    deps: { alwaysBundle: [/.*/], onlyBundle: false },
    alias: { yaml: yamlModules },
    // `src/cli/compile-cache.ts` runs each file as a script, and Node refuses an `import()` there.
    outputOptions: {
      dynamicImportInCjs: false,
      chunkFileNames: 'cli-[name]-[hash].cjs',
      codeSplitting: { groups: GROUPS },
    },
    plugins: [withoutPrograms(), inAscii(), thirdPartyLicenses()],
  },
]);

/** commander loads node:child_process for commands that are programs of their own, which takes longer than all it does for us. */
function withoutPrograms() {
  const NONE = '\0none';
  return {
    name: 'without-programs',
    resolveId: (source: string, importer?: string) =>
      source === 'node:child_process' && importer?.includes('commander') ? NONE : null,
    load: (id: string) => (id === NONE ? 'export {};' : null),
  };
}

/** Other characters as escapes: V8 keeps a text without any in half the memory, and `src/cli/compile-cache.ts` need not decode it. */
function inAscii() {
  return {
    name: 'in-ascii',
    generateBundle(_options: unknown, bundle: Record<string, { type: string; code?: string }>) {
      for (const file of Object.values(bundle))
        if (file.code !== undefined)
          file.code = file.code.replaceAll(
            /[^\0-\x7f]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
    },
  };
}

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
