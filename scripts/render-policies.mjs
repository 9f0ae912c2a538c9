// Renders each template with its defaults for the newest Kubernetes, once for all runs: part of `npm run build`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderPolicy, VERSION } from '../dist/index.mjs';

const templates = new URL('../templates/policies/', import.meta.url);
const rendered = new URL('../dist/policies/', import.meta.url);

mkdirSync(rendered, { recursive: true });
for (const file of readdirSync(templates)) {
  const source = readFileSync(new URL(file, templates), 'utf8');
  const { text } = renderPolicy(source, { name: file.replace(/\.yaml$/, ''), toolVersion: VERSION });
  writeFileSync(fileURLToPath(new URL(file, rendered)), text);
}
