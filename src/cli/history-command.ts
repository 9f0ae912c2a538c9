import { type Command, Option } from 'commander';
import type { HistoryFlags } from '../commands/history/history.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit history                  all changes made from this machine
  kops-audit history --cluster NAME   those of one cluster
  kops-audit history show 20261124T093000000Z-0a1b2c3d`;

const SHOW_EXAMPLES = `
Examples:
  kops-audit history show 20261124T093000000Z-0a1b2c3d
  kops-audit history show 20261124T093000000Z-0a1b2c3d -o json`;

/** Declares `history` and `history show`. */
export function historyCommand(root: Command, run: Run): void {
  const command = root
    .command('history')
    .summary('what was changed, when, and by whom')
    .description('What kops-audit changed from this machine, newest first. Secrets are never shown.')
    .option('--cluster <name>', 'only changes of this cluster')
    .option('-f, --file <file>', 'only changes of this file');
  common(command)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: HistoryFlags) => {
      const { history } = await import('../commands/history/history.ts');
      await run((context) => history(flags, context));
    });
  common(command.command('show').description('One change, with its diff.').argument('<id>', 'as history lists it'))
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (id: string, _flags: HistoryFlags, shown: Command) => {
      const { historyShow } = await import('../commands/history/show.ts');
      await run((context) => historyShow(id, shown.optsWithGlobals<HistoryFlags>(), context));
    });
}

function common(command: Command): Command {
  return command
    .addOption(new Option('--journal <dir>', 'where changes are recorded; default: $XDG_STATE_HOME/kops-audit'))
    .option('-o, --output <format>', 'text or json', 'text')
    .option('--no-color', 'no colour');
}
