import { type Command, Option } from 'commander';
import type { EnableFlags } from '../commands/enable/flags.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { collect, once, talkOptions } from './options.ts';
import type { Run } from './run.ts';

const ENABLE_EXAMPLES = `
Examples:
  kops-audit enable --cluster prod.example.com             a live cluster, asks before each step
  kops-audit enable --cluster prod.example.com --dry-run   only show what would change
  kops-audit enable -f cluster.yaml                        a spec kept in a file
  kops create cluster … --dry-run -o yaml | kops-audit enable -f - | kops create -f -`;

/** Declares `enable`. */
export function enableCommand(root: Command, run: Run, parameters: string): void {
  const command = root
    .command('enable')
    .summary('turn audit logging on, or change how it is on')
    .description(
      'Turn audit logging on for a cluster, or change how it is on. Shows the diff and asks before it writes.',
    );
  const add = (group: string, options: Option[]): void => {
    command.optionsGroup(group);
    for (const option of options) command.addOption(option);
  };
  add('Cluster:', [
    new Option('--cluster <name>', 'the cluster; default: $KOPS_CLUSTER_NAME, or the only one in FILE').argParser(once),
    new Option('--state <url>', 'the state store, handed to kops'),
    new Option('-f, --file <file>', 'work on a spec in a file; - reads stdin and writes stdout'),
    new Option('--kops-version <version>', 'with -f: the kOps release that will use the file; default: right for all'),
  ]);
  add('Policy:', [
    new Option(
      '--policy <name|file>',
      'a template (policy list) or a file of your own; default: gce if the spec has none',
    ),
    new Option('--set <key=value>', 'a parameter of the template; repeat it for more')
      .argParser(collect)
      .default([], 'none'),
  ]);
  add('Log:', [
    new Option('--log-path <path>', 'default: /var/log/kube-audit/audit.log; - is stdout'),
    new Option('--log-max-age <days>', 'default: 30'),
    new Option('--log-max-backups <files>', 'default: 10'),
    new Option('--log-max-size <megabytes>', 'default: 100'),
    new Option('--no-log', 'no log file, only the webhook'),
  ]);
  add('Webhook:', [
    new Option('--webhook-config <file>', 'a kubeconfig: also send the events there'),
    new Option('--webhook-mode <mode>', 'how events are sent').choices(['batch', 'blocking', 'blocking-strict']),
    new Option('--webhook-initial-backoff <duration>', 'wait before the first retry, e.g. 10s'),
  ]);
  add('What runs:', [
    new Option('--dry-run', 'show what would change, and stop'),
    new Option('--exit-code', 'with --dry-run: exit 1 if something would change'),
    new Option(
      '-o, --output <format>',
      'text, json (the whole plan), yaml (the patched spec), patch (RFC 6902)',
    ).default('text'),
    new Option('-y, --yes', 'answer the questions for the spec and the update, never for the roll'),
    new Option('--no-update', 'stop once the spec is stored'),
    new Option('--target <target>', 'direct or terraform; default: direct'),
    new Option('--out <dir>', 'with --target terraform: the folder; default: out/terraform'),
    new Option('--rolling-update', 'roll the control plane afterwards; with --yes without asking'),
  ]);
  add('Safety:', [
    new Option('--include-pending', 'take along what `kops update` would change anyway'),
    new Option('--allow-kops-upgrade', 'accept that a newer kops upgrades the cluster'),
    new Option('--allow-api-downtime', 'accept that the API is down while a single control-plane instance is rolled'),
    new Option('--allow <rule>', 'let a blocking rule pass; repeat it for more').argParser(collect).default([], 'none'),
    new Option('--timeout <duration>', 'for each read and preview of kops').default('2m'),
    new Option('--journal <dir>', 'where changes are recorded; default: $XDG_STATE_HOME/kops-audit'),
    new Option('--no-journal', 'record nothing'),
  ]);
  add('Output:', talkOptions());
  command.showHelpAfterError('(kops-audit enable --help shows the flags; a cluster is named with --cluster NAME)');
  command.addHelpText('after', `${parameters}${ENABLE_EXAMPLES}\n${EXIT_STATUS}`);
  command.action(async (flags: EnableFlags) => {
    const { enable } = await import('../commands/enable/enable.ts');
    await run((context) => enable(flags, context));
  });
}
