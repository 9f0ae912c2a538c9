import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { enable, NO_FLAGS } from './enable.ts';
import { shippedFile } from '../input/shipped.ts';

/** `demo`: the main job on a copy of a built-in spec, with no cluster and no kops. */
export async function demo(context: Context): Promise<number> {
  const { io } = context;
  const folder = mkdtempSync(join(tmpdir(), 'kops-audit-demo-'));
  const file = join(folder, 'cluster.yaml');
  copyFileSync(shippedFile('examples/ha-cluster.yaml'), file);
  io.stderr(io.style.dim(`$ kops-audit enable -f ${file} --yes\n\n`));
  const exitCode = await enable({ file, yes: true, journal: join(folder, 'journal'), ...NO_FLAGS }, context);
  if (exitCode === 0) io.stderr(nextSteps(file));
  return exitCode;
}

function nextSteps(file: string): string {
  return `
The diff above is in the file now; it is only a copy. Type next
(kops-audit is \`node dist/cli.cjs\` until it is installed):

  # a second time: nothing to do
  kops-audit enable -f ${file}
  # what the policies record, and what they cost
  kops-audit policy list
  # the same for a cluster of yours, only to look
  kops-audit enable --cluster NAME --dry-run
`;
}
