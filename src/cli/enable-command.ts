import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { addGroups, changeGroups, savePlanOption } from './change-options.ts';
import { collect } from './options.ts';
import type { Run } from './run.ts';

const ENABLE_EXAMPLES = `
Examples:
  kops-audit enable --cluster NAME             asks before each step
  kops-audit enable --cluster NAME --dry-run   only show what would change
  kops-audit enable -f cluster.yaml            a spec kept in a file
  kops create cluster … --dry-run -o yaml | kops-audit enable -f - | kops create -f -`;

/** Declares `enable`. */
export function enableCommand(root: Command, run: Run, parameters: string): void {
  const command = root
    .command('enable')
    .summary('turn audit logging on, or change how it is on')
    .description(
      'Turn audit logging on for a cluster, or change how it is on. Shows the diff and asks before it writes.',
    );
  addGroups(command, enableGroups());
  command.showHelpAfterError('(kops-audit enable --help shows the flags; a cluster is named with --cluster NAME)');
  command.addHelpText('after', `${parameters}${ENABLE_EXAMPLES}\n${EXIT_STATUS}`);
  command.action((flags: EnableFlags) => run((context) => enableOrAsk(flags, context)));
}

/** On a terminal, with no cluster said and nobody told not to ask, `enable` is the wizard. */
async function enableOrAsk(flags: EnableFlags, context: Context): Promise<number> {
  if (asksFirst(flags, context)) return (await import('../wizard/wizard.ts')).wizard(flags, context);
  return (await import('../commands/enable/enable.ts')).enable(flags, context);
}

function asksFirst({ cluster, file, yes }: EnableFlags, { io, env }: Context): boolean {
  return io.isInteractive && !yes && cluster === undefined && file === undefined && !env['KOPS_CLUSTER_NAME'];
}

/** Declares what `kops-audit` alone is on a terminal. It takes what `enable` takes, and is not in the list of commands. */
export function wizardCommand(root: Command, run: Run): void {
  const command = root.command('wizard', { hidden: true }).description('Asks what enable has to know, and runs it.');
  addGroups(command, enableGroups());
  command.action(async (flags: EnableFlags) => {
    const { wizard } = await import('../wizard/wizard.ts');
    await run((context) => wizard(flags, context));
  });
}

function enableGroups(): Record<string, Option[]> {
  return changeGroups({
    Policy: [
      new Option(
        '--policy <name|file>',
        'a template (policy list) or a file of your own; default: gce if the spec has none',
      ),
      new Option('--set <key=value>', 'a parameter of the template; repeat it for more')
        .argParser(collect)
        .default([], 'none'),
    ],
    Log: [
      new Option('--log-path <path>', 'default: /var/log/kube-audit/audit.log; - is stdout'),
      new Option('--log-max-age <days>', 'default: 30'),
      new Option('--log-max-backups <files>', 'default: 10'),
      new Option('--log-max-size <megabytes>', 'default: 100'),
      new Option('--no-log', 'no log file, only the webhook'),
    ],
    Webhook: [
      new Option('--webhook-config <file>', 'a kubeconfig: also send the events there'),
      new Option('--webhook-mode <mode>', 'how events are sent').choices(['batch', 'blocking', 'blocking-strict']),
      new Option('--webhook-initial-backoff <duration>', 'wait before the first retry, e.g. 10s'),
    ],
    Plan: [savePlanOption()],
  });
}
