import { type Command, Option } from 'commander';
import type { DiffFlags } from '../commands/policy/diff-flags.ts';
import type { OrderFlags } from '../commands/policy/order.ts';
import { collect, once } from './options.ts';
import type { Run } from './run.ts';

const DIFF_EXAMPLES = `
Examples:
  kops-audit policy diff metadata kops
  kops-audit policy diff old.yaml new.yaml --exit-code
  kops-audit policy diff --cluster NAME ./new.yaml
  kops-audit policy diff -f cluster.yaml kops --set readsLevel=None -o json

Each difference says which requests it is about, and the rules that decide them
in the first and in the second policy. What is recorded less comes first.

Exit status: 0; with --exit-code 1 where they differ; 2 where a policy cannot be
read, or kube-apiserver would refuse it.`;

const ORDER_EXAMPLES = `
Examples:
  kops-audit policy order mine.yaml --by least > ordered.yaml
  kops-audit policy order mine.yaml --by most --write

The first rule that matches a request decides. Here the rules are sorted by
level, so that of all rules that match the one that records least (most)
decides. Comments move with their rules. What that changes is told on stderr.

Exit status: 0; 2 where the policy cannot be read, or kube-apiserver would
refuse it.`;

const VERSION_HELP = 'judge by this release; default: the newest, or that of the cluster';

/** Declares `policy diff` and `policy order`. */
export function compareCommands(policy: Command, run: Run): void {
  policy
    .command('diff')
    .summary('which requests two policies treat differently')
    .description('Which requests are recorded differently by two policies: what a change means, not its text.')
    .usage('[options] (A | --cluster NAME | -f FILE) B')
    .argument('[policies...]', 'templates, files, or - for stdin')
    .addOption(new Option('--cluster <name>', 'the first is the policy in this cluster').argParser(once))
    .option('--state <url>', 'the state store, handed to kops')
    .option('-f, --file <file>', 'the first is the policy in a cluster spec; - is stdin')
    .addOption(setOption('a parameter of the second; repeat it for more'))
    .option('--kubernetes-version <version>', VERSION_HELP)
    .option('--exit-code', 'end with 1 if they differ')
    .option('-o, --output <format>', 'text or json (nothing shortened)', 'text')
    .option('-v, --verbose', 'show each kops command as it is run')
    .option('--no-color', 'no colour')
    .addHelpText('after', DIFF_EXAMPLES)
    .action(async (words: string[], flags: DiffFlags) => {
      const { policyDiff } = await import('../commands/policy/diff.ts');
      await run((context) => policyDiff(words, flags, context));
    });
  policy
    .command('order')
    .summary('sort the rules, so that the one that records least or most decides')
    .description(
      'A policy with its rules sorted, so that of all that match the one that records least or most decides.',
    )
    .argument('<file|name>', 'a file of your own, a template, or - for stdin')
    .option('--by <least|most>', 'which rule shall decide')
    .option('-w, --write', 'replace the file; nothing is printed')
    .addOption(setOption('a parameter of the policy; repeat it for more'))
    .option('--kubernetes-version <version>', VERSION_HELP)
    .option('--no-color', 'no colour')
    .addHelpText('after', ORDER_EXAMPLES)
    .action(async (word: string, flags: OrderFlags) => {
      const { policyOrder } = await import('../commands/policy/order.ts');
      await run((context) => policyOrder(word, flags, context));
    });
}

function setOption(description: string): Option {
  return new Option('--set <key=value>', description).argParser(collect).default([], 'none');
}
