// Renders and loads each template with its defaults for the newest Kubernetes, once for all runs: part of `npm run build`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadPolicy, renderPolicy, VERSION } from '../dist/index.mjs';

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
