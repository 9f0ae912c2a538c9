import type { Command } from 'commander';
import type { ChangeFlags } from '../commands/change/flags.ts';
import { addGroups, changeGroups } from './change-options.ts';
import { EXIT_STATUS } from './exit-status.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit enable --cluster NAME --save-plan audit.plan   look, and keep
  kops-audit apply audit.plan                               look, and do it
  kops-audit apply audit.plan --yes                         without questions`;

/** Declares `apply`. */
export function applyCommand(root: Command, run: Run): void {
  const command = root
    .command('apply')
    .summary('make a change that was saved as a plan')
    .description(
      'Make a change that was saved with --save-plan. The cluster, the store and the file are those of the plan. The spec is read anew; where it moved, the plan is refused. Shows the diff and asks before it writes.',
    )
    .argument('<plan>', 'the file that --save-plan wrote');
  addGroups(command, changeGroups({}));
  command.showHelpAfterError('(kops-audit apply --help shows the flags)');
  command.addHelpText('after', `${EXAMPLES}\n${EXIT_STATUS}`);
  command.action(async (plan: string, flags: ChangeFlags) => {
    const { apply } = await import('../commands/apply/apply.ts');
    await run((context) => apply(plan, flags, context));
  });
}
