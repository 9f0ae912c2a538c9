import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The path of something in `templates/`, which lies beside the program. */
export function shippedFile(path: string): string {
  return join(templatesFolder(import.meta.dirname), path);
}

/** Looked for upwards, as the sources and the built program lie at different depths. */
function templatesFolder(from: string): string {
  const folder = join(from, 'templates');
  if (existsSync(join(folder, 'policies'))) return folder;
  const parent = dirname(from);
  if (parent === from) throw new Error('the templates of kops-audit are not installed beside it');
  return templatesFolder(parent);
}
