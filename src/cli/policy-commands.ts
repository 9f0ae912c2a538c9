import { type Command, Option } from 'commander';
import { compareCommands } from './compare-commands.ts';
import { explainCommand } from './explain-command.ts';
import { collect } from './options.ts';
import { policyTestCommand } from './policy-test-command.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit policy list                         the built-in policies
  kops-audit policy explain get pods --as bob    what is recorded of a request
  kops-audit policy diff gce ./mine.yaml         what changes, in requests`;

const LIST_EXAMPLES = `
Examples:
  kops-audit policy list
  kops-audit policy list -o json   with the parameters of each`;

const SHOW_EXAMPLES = `
Examples:
  kops-audit policy show kops
  kops-audit policy show gce --set secretsLevel=None
  kops-audit policy show ./mine.yaml --kubernetes-version 1.30`;

/** Declares `policy` and what is below it. */
export function policyCommands(root: Command, run: Run): void {
  const policy = root.command('policy').summary('look at audit policies').description('Look at audit policies.');
  policy.addHelpText('after', EXAMPLES);
  // Their words and flags would leave no room at 80 columns.
  policy.configureHelp({ ...policy.configureHelp(), subcommandTerm: (command) => command.name() });
  policy
    .command('list')
    .summary('the built-in policies')
    .description('The built-in policies: what each records, and what it keeps of two genuine logs.')
    .option('-o, --output <format>', 'text or json (with the parameters)', 'text')
    .option('--no-color', 'no colour')
    .addHelpText('after', LIST_EXAMPLES)
    .action(async (flags: { output: string }) => {
      const { policyList } = await import('../commands/policy-list.ts');
      await run((context) => policyList(flags, context));
    });
  policy
    .command('show')
    .summary('a policy as it would be embedded')
    .description('A policy as it would be embedded: rendered, with its stamp.')
    .argument('<name|file>', 'a template or a file of your own')
    .addOption(
      new Option('--set <key=value>', 'a parameter of the template; repeat it for more')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--kubernetes-version <version>', 'leave out what this release does not know; default: the newest')
    .option('--no-color', 'no colour')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (name: string, flags: { set: string[]; kubernetesVersion?: string }) => {
      const { policyShow } = await import('../commands/policy-show.ts');
      await run((context) => policyShow(name, flags, context));
    });
  explainCommand(policy, run);
  policyTestCommand(policy, run);
  compareCommands(policy, run);
}
