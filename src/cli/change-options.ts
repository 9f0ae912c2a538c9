import { type Command, Option } from 'commander';
import { collect, once, talkOptions } from './options.ts';

/** Adds options to a command, group by group as its help shows them. */
export function addGroups(command: Command, groups: Readonly<Record<string, Option[]>>): void {
  for (const [group, options] of Object.entries(groups)) {
    command.optionsGroup(`${group}:`);
    for (const option of options) command.addOption(option);
  }
}

/** Where the spec is that a command changes. */
function clusterOptions(): Option[] {
  return [
    new Option('--cluster <name>', 'the cluster; default: $KOPS_CLUSTER_NAME, or the only one in FILE').argParser(once),
    new Option('--state <url>', 'the state store, handed to kops'),
    new Option('-f, --file <file>', 'work on a spec in a file; - reads stdin and writes stdout'),
    new Option(
      '--kops-version <version>',
      'with -f: the kOps release that will use the file; default: all that run its Kubernetes',
    ),
  ];
}

/** Which steps run, and how they are answered. */
function stepOptions(): Option[] {
  return [
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
  ];
}

/** What is accepted, and where changes are recorded. */
function safetyOptions(): Option[] {
  return [
    new Option('--include-pending', 'take along what `kops update` would change anyway'),
    new Option('--allow-kops-upgrade', 'accept that a newer kops upgrades the cluster'),
    new Option('--allow-api-downtime', 'accept that the API is down while a single control-plane instance is rolled'),
    new Option('--allow <rule>', 'let a blocking rule pass; repeat it for more').argParser(collect).default([], 'none'),
    new Option('--timeout <duration>', 'for each read and preview of kops').default('2m'),
    new Option('--journal <dir>', 'where changes are recorded; default: $XDG_STATE_HOME/kops-audit'),
    new Option('--no-journal', 'record nothing'),
  ];
}

/** For the commands that plan; `apply` has its plan already. */
export function savePlanOption(): Option {
  return new Option('--save-plan <file>', 'only show what would change, and save it for `kops-audit apply`');
}

/** The groups that every command has which changes a spec, around its own. */
export function changeGroups(own: Readonly<Record<string, Option[]>>): Record<string, Option[]> {
  return {
    Cluster: clusterOptions(),
    ...own,
    'What runs': stepOptions(),
    Safety: safetyOptions(),
    Output: talkOptions(),
  };
}
