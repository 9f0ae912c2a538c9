import { Command, CommanderError } from 'commander';
import { InterruptError, UserError } from '../errors.ts';
import { applyCommand } from './apply-command.ts';
import { completionCommand } from './completion-command.ts';
import { demoCommand } from './demo-command.ts';
import { disableCommand } from './disable-command.ts';
import { enableCommand, wizardCommand } from './enable-command.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { lintCommand } from './lint-command.ts';
import { historyCommand } from './history-command.ts';
import { policyCommands } from './policy-commands.ts';
import { rollbackCommand } from './rollback-command.ts';
import { statusCommand } from './status-command.ts';
import { safeText } from '../report/safe-text.ts';
import type { Run } from './run.ts';
import { refuseEmpty } from './refuse-empty.ts';
import { VERSION } from '../version.ts';

/** Takes the arguments as Node gives them, runs the command line and gives the exit status. The only place that maps errors to statuses. */
export async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1'; // the prompts look there
  const interrupt = listenForSignals();
  const help: string[] = [];
  let exitCode = 0;
  const run: Run = async (command) => {
    const { processIo } = await import('../terminal/io.ts');
    const io = processIo({ color: !argv.includes('--no-color') });
    exitCode = await command({ io, env: process.env, now: () => new Date(), interrupt });
  };
  try {
    refusePlanned(argv[2]);
    const words = withWizard(argv);
    const root = program(run, await parameterHelp(argv), words[2] ?? '', (text) => help.push(text));
    if (words[2] === WIZARD) wizardCommand(root, run); // a list of flags that nobody else pays for
    await root.parseAsync(words);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? print(help.join(''), argv) : 2;
    return report(interrupt.aborted ? interrupt.reason : error, argv);
  }
}

/** Prints what commander has for stdout: help, the version. Only where that fails what knows why is loaded, and tries again. */
async function print(text: string, argv: readonly string[]): Promise<number> {
  const failed = await new Promise((resolve) => process.stdout.write(text, resolve));
  if (!failed) return 0;
  try {
    const { processIo } = await import('../terminal/io.ts');
    await processIo({ color: false }).stdout(text);
    return 0;
  } catch (error) {
    return report(error, argv);
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

const WIZARD = 'wizard';

/** `kops-audit` alone is the wizard where a person can be asked; elsewhere it prints help. */
function withWizard(argv: readonly string[]): string[] {
  const [node = '', program = '', ...words] = argv;
  const isAlone = words.every((word) => word === '--no-color');
  return isAlone && process.stdin.isTTY && process.stderr.isTTY ? [node, program, WIZARD, ...words] : [...argv];
}

/** Commands that are to come: a near name must not be suggested for one, least of all `enable` for `disable`. */
const PLANNED: readonly string[] = ['logs', 'exporter'];

function refusePlanned(command: string | undefined): void {
  if (command === undefined || !PLANNED.includes(command)) return;
  throw new UserError(`${command} is not there yet`, {
    hint: 'docs/when-it-goes-wrong.md tells how to look at what is stored, and how to put an old spec back.',
  });
}

/** The parameters of the templates for `enable --help`; read only when help is asked for. */
async function parameterHelp(argv: readonly string[]): Promise<string> {
  if (!argv.includes('--help') && !argv.includes('-h') && !argv.includes('help')) return '';
  return (await import('../commands/parameter-help.ts')).parameterHelp();
}

async function report(error: unknown, argv: readonly string[]): Promise<number> {
  const [{ processIo }, { formatError }, { createMasker }] = await Promise.all([
    import('../terminal/io.ts'),
    import('../report/error-text.ts'),
    import('../report/mask.ts'),
  ]);
  const io = processIo({ color: !argv.includes('--no-color') });
  const mask = (said: string): string => createMasker([]).text(said);
  const { text, exitCode } = formatError(error, { style: io.style, columns: io.columns, version: VERSION, mask });
  io.stderr(text);
  return exitCode;
}

function program(run: Run, parameters: string, chosen: string, writeOut: (text: string) => void): Command {
  const root = new Command('kops-audit')
    .description(
      'Turn Kubernetes audit logging on for kOps clusters: the policy embedded as a file asset, the kube-apiserver flags patched, the diff shown before anything is written.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut, writeErr: (text) => process.stderr.write(safeText(text)) })
    .hook('preAction', (_root, command) => refuseEmpty(command))
    .showHelpAfterError('(kops-audit --help shows what there is)')
    .addHelpText('after', `\nOn a terminal, kops-audit alone asks what it has to know.\n${EXIT_STATUS}`);
  for (const declare of declarations(chosen)) declare(root, run, parameters);
  return root;
}

type Declare = (root: Command, run: Run, parameters: string) => void;

/** All commands, in the order help shows them. */
const COMMANDS: Readonly<Record<string, Declare>> = {
  enable: enableCommand,
  lint: lintCommand,
  disable: disableCommand,
  rollback: rollbackCommand,
  apply: applyCommand,
  history: historyCommand,
  status: statusCommand,
  policy: policyCommands,
  demo: demoCommand,
  completion: completionCommand,
};

/** Of the flags of a command that is not run nobody needs to hear: only the chosen one is declared where it is clear which it is. */
function declarations(chosen: string): Declare[] {
  if (chosen === '--version' || chosen === '-V') return [];
  const isOne = chosen !== 'completion' && Object.hasOwn(COMMANDS, chosen);
  return isOne ? [COMMANDS[chosen]!] : Object.values(COMMANDS);
}
