import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/**
 * A template as the build rendered it, with its defaults and for the newest Kubernetes; null where there is none, as when the
 * sources are run.
 */
export function readRendered(name: string): string | null {
  const file = join(dirname(fileURLToPath(import.meta.url)), 'policies', `${name}.yaml`);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
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
