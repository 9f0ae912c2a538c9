import { fileURLToPath } from 'node:url';
import { licensePlugin } from 'rolldown-license-plugin';
import { defineConfig } from 'tsdown';

const yamlModules = fileURLToPath(new URL('node_modules/yaml/browser/index.js', import.meta.url));
const common = { format: 'esm', platform: 'node', target: 'node20', outDir: 'dist' } as const;

/**
 * What is loaded together is in one file: each further one costs a start more than the parsing of what it does not use. The first that
 * fits takes a module and what that imports, so what others build on stands first. The rest falls into files by who imports it.
 */
const GROUPS = [
  { name: 'start', test: /src.(cli.program|errors|terminal.output|version)/ },
  { name: 'width', test: /node_modules.fast-string-truncated-width/ },
  {
    name: 'commands',
    test: /node_modules.commander|src.(cli.(commands|declare)|cluster.release|flags.(check|clashes|table)|input.(file-error|read|shipped)|json|grouped|policy.(kube-version|nearest|types)|terminal.io|report.(credentials|fit|text))\./,
  },
  // Reading a log needs what a policy says of a request, and nothing of YAML.
  {
    name: 'requests',
    test: /src.policy.(api|decide|explain|request|sensitive|who|test.request-line)/,
  },
  {
    name: 'logs',
    test: /fast-string-width|src.(events.(?!complete|questions|report|who|object-history)|report.(credentials|table|events.(?!object))|input.(log-files|decompress|follow)|flags.times|commands.logs.(open|count|scan|print|follow|filter-flags))/,
  },
  {
    name: 'yaml',
    test: /src.(yaml.(read|decode|resolve)|cluster.(options|sections)|input.templates|policy.load.template-marks|policy.render.stamp)/,
  },
  { name: 'load', test: /src.policy.load.(?!loader)/ },
  {
    name: 'rules',
    test: /src.(lint.(rule|engine|kinds|policy.diagnostics)|policy.render|commands.policy.(named|loaded))/,
  },
  {
    name: 'lint',
    test: /src.(policy.compare|lint.(policy.(?!diagnostics)|lint-policy|lint-text|ignore|consequences)|report.(findings|consequences|effects|who-text))/,
  },
  { name: 'kubeadm', test: /src.(kubeadm|lint.kubeadm|commands.lint.manifests)/ },
  { name: 'kubeconfig', test: /src.cluster.kubeconfig/ },
  {
    name: 'spec',
    test: /src.(cluster.(?!undo|disable|saved-plan|addons|audit-blocks)|lint.(?!.*fix|cluster.lint-)|yaml|flags.values)/,
  },
  {
    name: 'change',
    test: /src.(change.(change|gates|journal|outcome|ports|recorded|spec-text|target|text-targets)|process.words|report.(fold|mask\.|mask-spec|find-secrets|secrets|diff|plan))/,
  },
  {
    name: 'undo',
    test: /src.(cluster.(undo|disable|saved-plan|addons|audit-blocks)|change.(rollback|plan-file|conflicts))/,
  },
  { name: 'live', test: /src.(kops|process|change.live|report.(preview-view|mask-preview))/ },
  { name: 'pipeline', test: /src.(change|commands.(enable\.|change.(?!on-log)))/ },
];

/** Files that are loaded when something of them is used first, not with the file that imports them; and what of Node no start has anyway. */
const LATER =
  /^(?:const|let) (\w+) = (require\(['"](?:\.\/cli-(?:rolldown-runtime|width|lint|load|requests|live|kubeconfig|undo)-|node:(?!fs['"]|path|buffer)).*\));$/gm;

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
    plugins: [withoutPrograms(), whenUsed(), plainExports(), inAscii(), thirdPartyLicenses()],
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

/** Puts what loads a file when it is used in the place of what loads it at once; from then on it is the file itself. */
function whenUsed() {
  return {
    name: 'when-used',
    renderChunk: (code: string) =>
      code.replaceAll(LATER, (line, name: string, required: string) =>
        code.includes(`\n${name} = `) // what is exported as a whole is put around it there
          ? line
          : `let ${name} = new Proxy({}, { get: (_, key) => (${name} = ${required})[key] });`,
      ),
  };
}

/** What never changes is exported as it is, not by a function for each that gives it. */
function plainExports() {
  const EXPORT =
    /^Object\.defineProperty\(exports, '([^']+)', \{\s+enumerable: true,\s+get: function \(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm;
  return {
    name: 'plain-exports',
    renderChunk(code: string) {
      const fixed = new Set(
        [...code.matchAll(/^(?:const|class|(?:async )?function\*?) ([\w$]+)/gm)].map(([, name]) => name),
      );
      return code.replaceAll(EXPORT, (text, name: string, own: string) =>
        fixed.has(own) ? `exports.${name} = ${own};` : text,
      );
    },
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
