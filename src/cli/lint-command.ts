import { type Command, Option } from 'commander';
import type { LintFlags } from '../commands/lint/flags.ts';
import { once } from './options.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit lint policy.yaml cluster.yaml      a policy and a cluster spec
  kops-audit lint --cluster NAME                what is in the state store
  kops-audit lint policy.yaml --fix --dry-run   what can be mended safely
  kops-audit lint policies/*.yaml -o github     annotations for GitHub Actions

A comment in the file leaves a finding out:
  # kops-audit-ignore RULE[, RULE] the reason

Exit status:
  0    no finding as bad as --fail-on says
  1    there is one; a policy that kube-apiserver refuses is an error
  2    a file could not be read (outranks 1), or the flags are wrong
  4    kops failed or timed out, or stdout is full
  70   a bug of kops-audit
  130  interrupted`;

/** Declares `lint`. */
export function lintCommand(root: Command, run: Run): void {
  const command = root
    .command('lint')
    .summary('what is wrong with policies and cluster specs')
    .description(
      'Tells what is wrong with audit policies and with the audit part of cluster specs. Changes nothing without --fix.',
    )
    .argument('[files...]', 'Policy and Cluster documents; - is stdin');
  for (const option of optionsOf()) command.addOption(option);
  command.addHelpText('after', EXAMPLES);
  command.action(async (files: string[], flags: LintFlags) => {
    const { lint } = await import('../commands/lint.ts');
    await run((context) => lint(files, flags, context));
  });
}

function optionsOf(): Option[] {
  return [
    new Option(
      '--cluster <name>',
      'instead of files: a cluster in its state store; default: $KOPS_CLUSTER_NAME',
    ).argParser(once),
    new Option('--state <url>', 'with --cluster: the state store, handed to kops'),
    new Option('--kubernetes-version <version>', "judge by this release; default: the cluster's, or the newest"),
    new Option(
      '--kops-version <version>',
      'the kOps release that will use the file; default: all that run its Kubernetes',
    ),
    new Option('-o, --output <format>', 'text, json, sarif or github').default('text'),
    new Option('--fail-on <severity>', 'exit 1 from this severity on: error, warning or info').default('error'),
    new Option('--fix', 'mend in the files what can be mended safely; stdin goes to stdout'),
    new Option('--dry-run', 'with --fix: only show the diff'),
    new Option('--timeout <duration>', 'with --cluster: for each read of kops').default('2m'),
    new Option('--no-color', 'no colour'),
    new Option('-q, --quiet', 'without infos, and without what is not looked at'),
    new Option('-v, --verbose', 'also what is ignored, every finding of a rule, and each kops command'),
  ];
}
