import { type Command, Option } from 'commander';
import type { StatusFlags } from '../commands/status/flags.ts';
import { addGroups } from './change-options.ts';
import { collect, once, talkOptions } from './options.ts';
import type { Run } from './run.ts';

const EXAMPLES = `
Examples:
  kops-audit status --cluster NAME              one cluster, in detail
  kops-audit status --cluster NAME --live       and whether events flow
  kops-audit status --all                       a row for each in the store
  kops-audit status --all --exit-code -o json   for a script
  kops-audit status -f clusters.yaml            what a file says

Exit status:
  0    the clusters were read
  1    with --exit-code: one is broken, has drifted, or an update is pending
  2    could not start: flags, no kops, no store; or the one cluster is unknown
  4    a cluster is in the table with its error, or --live could not tell
  70   a bug of kops-audit
  130  interrupted`;

/** Declares `status`. */
export function statusCommand(root: Command, run: Run): void {
  const command = root
    .command('status')
    .summary('is auditing on, with which policy, and does it work')
    .description('Tells whether auditing is on, with which policy, and what is wrong with it. Changes nothing.');
  addGroups(command, { Clusters: clusterOptions(), 'The running cluster': liveOptions(), Output: outputOptions() });
  command.showHelpAfterError('(kops-audit status --help shows the flags)');
  command.addHelpText('after', EXAMPLES);
  command.action(async (flags: StatusFlags) => {
    const { status } = await import('../commands/status/status.ts');
    await run((context) => status(flags, context));
  });
}

function clusterOptions(): Option[] {
  return [
    new Option('--cluster <name>', 'a cluster; repeat it for more; default: $KOPS_CLUSTER_NAME')
      .argParser(collect)
      .default([], 'none'),
    new Option('--all', 'every cluster in the state store'),
    new Option('--state <url>', 'the state store, handed to kops'),
    new Option('-f, --file <file>', 'the clusters in a spec file; - is stdin').argParser(once),
    new Option(
      '--kops-version <version>',
      'with -f: the kOps release that will use the file; default: all that run its Kubernetes',
    ),
    new Option('--no-update', 'do not ask whether `kops update` is pending'),
    new Option('--parallel <number>', 'calls of kops and kubectl at once').default('4'),
    new Option('--timeout <duration>', 'for each call of kops and kubectl').default('2m'),
    new Option('--journal <dir>', 'where changes are recorded; default: $XDG_STATE_HOME/kops-audit'),
  ];
}

function liveOptions(): Option[] {
  return [
    new Option('--live', 'ask the API servers with kubectl: their flags, and whether events flow'),
    new Option('--context <name>', "the context of the kubeconfig; default: the cluster's name"),
    new Option('--kubeconfig <file>', "default: kubectl's own"),
    new Option('--watch <duration>', 'how long events are watched; default: 5s'),
  ];
}

function outputOptions(): Option[] {
  return [
    new Option('-o, --output <format>', 'text or json').default('text'),
    new Option('--exit-code', 'exit 1 if a cluster is broken, has drifted, or an update is pending'),
    ...talkOptions(),
  ];
}
