import { type Command, Option } from 'commander';
import type { DisableFlags } from '../commands/disable/disable.ts';
import { addGroups, changeGroups, savePlanOption } from './change-options.ts';
import { EXIT_STATUS } from './exit-status.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit disable --cluster NAME                  asks before each step
  kops-audit disable --cluster NAME --dry-run        only show what would go
  kops-audit disable -f cluster.yaml --keep-policy   only the flags go`;

/** Declares `disable`. */
export function disableCommand(root: Command, run: Run): void {
  const command = root
    .command('disable')
    .summary('turn audit logging off')
    .description('Turn audit logging off: the flags and the file assets go. Shows the diff and asks before it writes.');
  const keep = new Option('--keep-policy', 'leave the policy in the spec; only the flags go');
  addGroups(command, changeGroups({ Policy: [keep], Plan: [savePlanOption()] }));
  command.showHelpAfterError('(kops-audit disable --help shows the flags; a cluster is named with --cluster NAME)');
  command.addHelpText('after', `${EXAMPLES}\n${EXIT_STATUS}`);
  command.action(async (flags: DisableFlags) => {
    const { disable } = await import('../commands/disable/disable.ts');
    await run((context) => disable(flags, context));
  });
}
