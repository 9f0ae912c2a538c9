// `npm run build`: the library and the program, then each template rendered with its defaults for the newest Kubernetes and
// loaded, once for all runs. tsdown's own command would complain of Node 20 each time.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'tsdown';

await build({ logLevel: 'error' });
const { loadPolicy, renderPolicy, VERSION } = await import('../dist/index.mjs');

const templates = new URL('../templates/policies/', import.meta.url);
const ready = new URL('../dist/policies/', import.meta.url);

mkdirSync(ready, { recursive: true });
for (const file of readdirSync(templates)) {
  const name = file.replace(/\.yaml$/, '');
  const { text } = renderPolicy(readFileSync(new URL(file, templates), 'utf8'), { name, toolVersion: VERSION });
  const { policy, locate } = loadPolicy(text);
  const rules = policy.rules.map((_, index) => locate(['rules', index]));
  writeFileSync(new URL(`${name}.json`, ready), `${JSON.stringify({ text, policy, rules })}\n`);
}
