// `npm run build`: the library and the program, then each template rendered with its defaults for the newest Kubernetes, loaded and
// judged, once for all runs. tsdown's own command would complain of Node 20 each time.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'tsdown';

await build({ logLevel: 'error' });
// Where 0.1.0 had the program; who calls it by its path finds it there still.
writeFileSync(new URL('../dist/cli.mjs', import.meta.url), "#!/usr/bin/env node\nimport './cli.cjs';\n", {
  mode: 0o755,
});
const { lintPolicy, loadPolicy, readTemplate, renderPolicy, VERSION } = await import('../dist/index.mjs');

const templates = new URL('../templates/policies/', import.meta.url);
const ready = new URL('../dist/policies/', import.meta.url);

mkdirSync(ready, { recursive: true });
for (const file of readdirSync(templates)) {
  const made = readyTemplate(readFileSync(new URL(file, templates), 'utf8'), file.replace(/\.yaml$/, ''));
  writeFileSync(new URL(file.replace(/yaml$/, 'json'), ready), `${JSON.stringify(made)}\n`);
}

/** What is made is a `ReadyTemplate` (`src/policy/render/render.ts`); `test/cli/ready-templates.test.ts` holds it for every release. */
function readyTemplate(source, name) {
  const { text, policy } = renderPolicy(source, { name, toolVersion: VERSION });
  const { locate } = loadPolicy(text);
  const rules = policy.rules.map((_, index) => locate(['rules', index]));
  const since = Math.max(0, ...[...source.matchAll(/!since:1\.(\d+)/g)].map(([, minor]) => Number(minor)));
  const isSound = lintPolicy(text).every(({ ignored }) => ignored !== undefined);
  const { title, shares } = readTemplate(source, name);
  return { text, policy, rules, since, isSound, title, shares };
}
