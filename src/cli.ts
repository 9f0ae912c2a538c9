#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { InterruptError, UserError } from './errors.ts';
import type { Context } from './commands/context.ts';
import type { EnableFlags } from './commands/enable/flags.ts';
import { VERSION } from './version.ts';

const EXIT_STATUS = `
Exit status:
  0    done, or nothing to do
  1    the answer is no; with --exit-code: changes are pending
  2    could not start, or refused by a safety check; nothing was written
  3    declined, or nobody could be asked; nothing was written
  4    kops failed or timed out; nothing was written
  5    the spec was written, but a later step failed or was declined
  70   a bug of kops-audit
  130  interrupted; the message says what was written`;

const ENABLE_EXAMPLES = `
Examples:
  kops-audit enable --cluster prod.example.com             a live cluster, asks before each step
  kops-audit enable --cluster prod.example.com --dry-run   only show what would change
  kops-audit enable -f cluster.yaml                        a spec kept in a file
  kops create cluster … --dry-run -o yaml | kops-audit enable -f - | kops create -f -`;

/** Runs the command line; gives the exit status. The only place that maps errors to statuses. */
async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1'; // the prompts look there
  const interrupt = listenForSignals();
  let exitCode = 0;
  const run: Run = async (command) => {
    const { processIo } = await import('./terminal/io.ts');
    const io = processIo({ color: !argv.includes('--no-color') });
    exitCode = await command({ io, env: process.env, now: () => new Date(), interrupt });
  };
  try {
    refusePlanned(argv[2]);
    await program(run, await parameterHelp(argv)).parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return report(interrupt.aborted ? interrupt.reason : error, argv);
  }
}

/** Whoever reads our output may go away, or its disk be full: what that means is told where stdout is written. */
function ignore(): void {}

function listenForSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop.abort(new InterruptError('Interrupted. Nothing was written.'));
      process.stdin.destroy();
    });
  }
  return stop.signal;
}

/** Commands that are to come: a near name must not be suggested for one, least of all `enable` for `disable`. */
const PLANNED: readonly string[] = ['disable', 'status', 'rollback', 'history', 'apply', 'lint', 'logs', 'exporter'];

function refusePlanned(command: string | undefined): void {
  if (command === undefined || !PLANNED.includes(command)) return;
  throw new UserError(`${command} is not there yet`, {
    hint: 'docs/when-it-goes-wrong.md tells how to look at what is stored, and how to put an old spec back.',
  });
}

/** The parameters of the templates for `enable --help`; read only when help is asked for. */
async function parameterHelp(argv: readonly string[]): Promise<string> {
  if (!argv.includes('--help') && !argv.includes('-h') && !argv.includes('help')) return '';
  return (await import('./commands/parameter-help.ts')).parameterHelp();
}

async function report(error: unknown, argv: readonly string[]): Promise<number> {
  const [{ processIo }, { formatError }] = await Promise.all([
    import('./terminal/io.ts'),
    import('./report/error-text.ts'),
  ]);
  const io = processIo({ color: !argv.includes('--no-color') });
  const { text, exitCode } = formatError(error, { style: io.style, columns: io.columns, version: VERSION });
  io.stderr(text);
  return exitCode;
}

type Run = (command: (context: Context) => Promise<number>) => Promise<void>;

function program(run: Run, parameters: string): Command {
  const root = new Command('kops-audit')
    .description(
      'Turn Kubernetes audit logging on for kOps clusters: the policy embedded as a file asset, the kube-apiserver flags patched, the diff shown before anything is written.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(kops-audit --help shows what there is)')
    .addHelpText('after', EXIT_STATUS);
  enableCommand(root, run, parameters);
  policyCommands(root, run);
  demoCommand(root, run);
  return root;
}

function enableCommand(root: Command, run: Run, parameters: string): void {
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
    const { enable } = await import('./commands/enable/enable.ts');
    await run((context) => enable(flags, context));
  });
}

function policyCommands(root: Command, run: Run): void {
  const policy = root.command('policy').summary('look at audit policies').description('Look at audit policies.');
  policy
    .command('list')
    .description('The built-in policies: what each records, and what it keeps of two genuine logs.')
    .option('-o, --output <format>', 'text or json (with the parameters)', 'text')
    .option('--no-color', 'no colour')
    .action(async (flags: { output: string }) => {
      const { policyList } = await import('./commands/policy-list.ts');
      await run((context) => policyList(flags, context));
    });
  policy
    .command('show')
    .description('A policy as it would be embedded: rendered, with its stamp.')
    .argument('<name|file>', 'a template or a file of your own')
    .addOption(
      new Option('--set <key=value>', 'a parameter of the template; repeat it for more')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--kubernetes-version <version>', 'leave out what this release does not know; default: the newest')
    .option('--no-color', 'no colour')
    .action(async (name: string, flags: { set: string[]; kubernetesVersion?: string }) => {
      const { policyShow } = await import('./commands/policy-show.ts');
      await run((context) => policyShow(name, flags, context));
    });
}

function demoCommand(root: Command, run: Run): void {
  root
    .command('demo')
    .summary('enable on a built-in example, without a cluster')
    .description('Runs enable on a built-in cluster spec, in a temporary folder: no cluster and no kops needed.')
    .option('--no-color', 'no colour')
    .action(async () => {
      const { demo } = await import('./commands/demo.ts');
      await run(demo);
    });
}

function talkOptions(): Option[] {
  return [
    new Option('--no-color', 'no colour'),
    new Option('-q, --quiet', 'only warnings and errors besides the result'),
    new Option('-v, --verbose', 'show each kops command as it is run'),
  ];
}

function once(value: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('Give it once.');
  return value;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

process.exitCode = await main(process.argv);
