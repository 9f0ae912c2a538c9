import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextRange } from '../yaml/positions.ts';
import type { Policy } from '../policy/types.ts';

/** The sources of the built-in policies by name, in the order of their names. */
export function readTemplates(): Record<string, string> {
  const folder = shippedFile('policies');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -'.yaml'.length), readFileSync(join(folder, file), 'utf8')]),
  );
}

/** A template with its defaults, for the newest Kubernetes. */
export interface ReadyTemplate {
  text: string;
  policy: Policy;
  /** Where each rule stands in the text. */
  rules: TextRange[];
}

/** A template as the build rendered and loaded it (scripts/build.mjs); null where there is none, as when the sources are run. */
export function readReady(name: string): ReadyTemplate | null {
  const file = join(dirname(fileURLToPath(import.meta.url)), 'policies', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadyTemplate) : null;
}

/** The path of something in `templates/`, which lies beside the program. */
export function shippedFile(path: string): string {
  return join(templatesFolder(dirname(fileURLToPath(import.meta.url))), path);
}

/** Looked for upwards, as the sources and the built program lie at different depths. */
function templatesFolder(from: string): string {
  const folder = join(from, 'templates');
  if (existsSync(join(folder, 'policies'))) return folder;
  const parent = dirname(from);
  if (parent === from) throw new Error('the templates of kops-audit are not installed beside it');
  return templatesFolder(parent);
}
