import type { SpecChange } from '../../cluster/spec-change.ts';
import { commandLine } from '../../process/words.ts';
import { safeText } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import type { ChangeFlags } from './flags.ts';

/**
 * Says how a dry run ended; gives the exit status: 1 with `--exit-code` where something is left to do.
 *
 * @param updateLeft the spec is stored, but `kops update` has not been run since.
 */
export function endDryRun(plan: SpecChange, updateLeft: boolean, flags: ChangeFlags, { io }: Context): number {
  const changes = plan.operations.length > 0;
  const saved = flags.savePlan === undefined ? '' : savedText(flags.savePlan);
  if (!flags.quiet) io.stderr(`${safeText(saved || verdict(plan.cluster, changes, updateLeft))}\n`);
  return flags.exitCode && (changes || updateLeft) ? 1 : 0;
}

function savedText(path: string): string {
  return `The plan is saved in ${path}; nothing else was written.\n\nWhat to do next:\n  # Look again, and do it\n  ${commandLine('kops-audit', ['apply', path])}`;
}

function verdict(cluster: string, changes: boolean, updateLeft: boolean): string {
  if (changes) return 'Dry run: nothing was written.';
  if (updateLeft) return `The spec of ${cluster} is as asked for, but \`kops update\` is still to be run.`;
  return `Nothing to do: ${cluster} is as asked for.`;
}
