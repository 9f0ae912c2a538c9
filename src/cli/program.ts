import type { Context } from '../context.ts';
import { InterruptError, UserError } from '../errors.ts';
import { ownOutputs } from '../terminal/output.ts';
import { VERSION } from '../version.ts';
import type { HelpWanted, Run } from './declare.ts';

/** Takes the arguments as Node gives them, runs the command line and gives the exit status. The only place that maps errors to statuses. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1'; // the prompts look there
  const interrupt = listenForSignals();
  let exitCode = 0;
  const run: Run = async (command) => {
    const { processIo } = await import('../terminal/io.ts');
    const io = processIo({ color: !argv.includes('--no-color') });
    exitCode = await command({ io, env: process.env, now: () => new Date(), interrupt });
  };
  try {
    const [first, ...more] = argv.slice(2);
    refusePlanned(first);
    if (more.length === 0 && (first === '--version' || first === '-V')) return await print(`${VERSION}\n`, argv);
    if (first === '__offer') await run((context) => offer(more, context));
    else if (first === '__complete') await run((context) => complete(more, context));
    else {
      const { runCommandLine } = await import('./declare.ts');
      const wanted = await runCommandLine(withWizard(argv.slice(2)), run);
      if (wanted !== null) return await help(wanted, argv);
    }
    return exitCode;
  } catch (error) {
    const isTold = !interrupt.aborted || error instanceof InterruptError; // that says what was written by then
    return report(isTold ? error : interrupt.reason, argv);
  }
}

/** What the scripts of `completion` ask for. */
async function offer(typed: readonly string[], context: Context): Promise<number> {
  const [{ offer: offerAt }, { COMMANDS }] = await Promise.all([
    import('../completion/sources.ts'),
    import('./commands.ts'),
  ]);
  return offerAt(typed, COMMANDS, context);
}

/** What those of 0.1.0 ask for. A shell asks with whatever is typed by then, so nothing is refused. */
async function complete([what, ...words]: readonly string[], context: Context): Promise<number> {
  if (what !== 'clusters') return 0;
  const { completeClusters } = await import('../completion/clusters.ts');
  const at = words.indexOf('--state');
  return completeClusters(at === -1 ? undefined : words[at + 1], context);
}

/** Shows a help text on stdout; where a command is missing on stderr, and that is a mistake. */
async function help({ row, isAsked }: HelpWanted, argv: readonly string[]): Promise<number> {
  const [{ helpText }, { processIo }, { shippedFile }] = await Promise.all([
    import('./help.ts'),
    import('../terminal/io.ts'),
    import('../input/shipped.ts'),
  ]);
  const io = processIo({ color: !argv.includes('--no-color') });
  const columns = ownOutputs().stdout.columns || io.columns;
  const text = await helpText(row, { columns, style: isAsked ? io.stdoutStyle : io.style, folder: shippedFile('..') });
  if (isAsked) return print(text, argv);
  io.stderr(text);
  return 2;
}

/** Prints what is for stdout and no command's: help, the version. Only where that fails what knows why is loaded, and tries again. */
async function print(text: string, argv: readonly string[]): Promise<number> {
  const failed = await new Promise((resolve) => ownOutputs().stdout.write(text, resolve));
  if (!failed) return 0;
  try {
    const { processIo } = await import('../terminal/io.ts');
    await processIo({ color: false }).stdout(text);
    return 0;
  } catch (error) {
    return report(error, argv);
  }
}

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
function withWizard(words: readonly string[]): readonly string[] {
  const isAlone = words.every((word) => word === '--no-color');
  return isAlone && process.stdin.isTTY && process.stderr.isTTY ? [WIZARD, ...words] : words;
}

/** Commands that are to come: a near name must not be suggested for one, least of all `enable` for `disable`. */
const PLANNED: readonly string[] = ['exporter'];

function refusePlanned(command: string | undefined): void {
  if (command === undefined || !PLANNED.includes(command)) return;
  throw new UserError(`${command} is not there yet`, {
    hint: 'docs/when-it-goes-wrong.md tells how to look at what is stored, and how to put an old spec back.',
  });
}

async function report(error: unknown, argv: readonly string[]): Promise<number> {
  const [{ processIo }, { formatError }, { createMasker }] = await Promise.all([
    import('../terminal/io.ts'),
    import('../report/errors.ts'),
    import('../report/mask.ts'),
  ]);
  const io = processIo({ color: !argv.includes('--no-color') });
  const mask = (said: string): string => createMasker([]).text(said);
  const { text, exitCode } = formatError(error, { style: io.style, columns: io.columns, version: VERSION, mask });
  io.stderr(text);
  return exitCode;
}
