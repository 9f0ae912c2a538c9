import { type Command, Option } from 'commander';
import type { RollbackFlags } from '../commands/rollback/rollback.ts';
import { addGroups, changeGroups, savePlanOption } from './change-options.ts';
import { EXIT_STATUS } from './exit-status.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit rollback --cluster NAME                   the newest change
  kops-audit rollback -f cluster.yaml --dry-run        only show it
  kops-audit rollback --cluster NAME --to 2026-11-24   all changes since then`;

/** Declares `rollback`. */
export function rollbackCommand(root: Command, run: Run): void {
  const command = root
    .command('rollback')
    .summary('take a recorded change back')
    .description(
      'Take back what kops-audit changed: the values it set get those from before, whatever else was changed since stays. Shows the diff and asks before it writes.',
    )
    .argument('[id]', 'the change, as `kops-audit history` shows it; default: the newest one not taken back yet');
  addGroups(
    command,
    changeGroups({
      Change: [new Option('--to <time>', 'take back all changes since then, e.g. 2026-11-24T09:00:00Z')],
      Plan: [savePlanOption()],
    }),
  );
  command.showHelpAfterError('(kops-audit rollback --help shows the flags; a cluster is named with --cluster NAME)');
  command.addHelpText('after', `${EXAMPLES}\n${EXIT_STATUS}`);
  command.action(async (id: string | undefined, flags: RollbackFlags) => {
    const { rollback } = await import('../commands/rollback/rollback.ts');
    await run((context) => rollback(id, flags, context));
  });
}
