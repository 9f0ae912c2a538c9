import { safeJson, safeText } from '../../report/text.ts';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RANK } from '../../lint/engine.ts';
import type { Severity } from '../../lint/rule.ts';
import { lintCounts, summaryLine, type ToldLint } from '../../report/findings.ts';
import type { Context } from '../../context.ts';
import type { LintFlags, LintOutput } from './inputs.ts';
import { DOCS, VERSION } from '../../version.ts';

/** Prints what was found in the form asked for, to stdout. `isLive`: it is from a state store, not from files. */
export async function printLints(
  { lints, others }: LintRun,
  flags: LintFlags,
  isLive: boolean,
  { io }: Context,
): Promise<void> {
  await PRINTERS[flags.output](lints, { ...flags, others, isLive }, io);
}

/** What was found in all that was looked at. */
export interface LintRun {
  lints: ToldLint[];
  /** Files of folders that hold nothing that is looked at. */
  others: number;
}

type Printer = (lints: readonly ToldLint[], flags: PrintFlags, io: Context['io']) => Promise<void>;

interface PrintFlags extends LintFlags {
  isLive: boolean;
  others: number;
}

const PRINTERS: Readonly<Record<LintOutput, Printer>> = {
  text: async (lints, flags, io) => {
    const { lintView } = await import('../../report/findings-text.ts');
    await io.stdout(lintView(lints, { ...flags, style: io.stdoutStyle, columns: io.columns }));
  },
  json: async (lints, { others }, io) => {
    const { lintJson } = await import('../../report/findings-json.ts');
    await io.stdout(safeJson(lintJson(lints, others)));
  },
  sarif: async (lints, flags, io) => {
    const { lintSarif } = await import('../../report/findings-sarif.ts');
    const uri = (file: string): string | undefined => (isFile(file, flags) ? uriOf(file) : undefined);
    await io.stdout(safeJson(lintSarif(lints, { version: VERSION, docs: DOCS, uri })));
  },
  github: async (lints, flags, io) => {
    const { lintGithub } = await import('../../report/findings-sarif.ts');
    await io.stdout(lintGithub(lints, (file) => (isFile(file, flags) ? pathOf(file) : undefined)));
    if (!flags.quiet) io.stderr(`${summaryLine(lintCounts(lints, flags.others))}\n`);
  },
  junit: async (lints, flags, io) => {
    const { lintJunit } = await import('../../report/findings-junit.ts');
    await io.stdout(lintJunit(lints, isFailing(flags)));
  },
};

/** The severities that make the exit status 1. */
export function isFailing({ failOn }: Pick<LintFlags, 'failOn'>): (severity: Severity) => boolean {
  return (severity) => RANK[severity] <= RANK[failOn];
}

function isFile(file: string, { isLive }: PrintFlags): boolean {
  return file !== '-' && !isLive;
}

/** From the folder the program runs in, which in CI is the root of the checkout, where the file is below it. */
function pathOf(file: string): string {
  const path = relative('.', resolve(file));
  return path.startsWith('..') || isAbsolute(path) ? file : path.split(sep).join('/');
}

function uriOf(file: string): string {
  const path = pathOf(file);
  if (path.startsWith('..') || isAbsolute(path)) return pathToFileURL(resolve(file)).href;
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Says on stderr what could not be read, and which documents were left out. */
export async function tellLeftOut(lints: readonly ToldLint[], { quiet }: LintFlags, { io }: Context): Promise<void> {
  const { formatError } = await import('../../report/errors.ts');
  const options = { style: io.style, columns: io.columns, version: VERSION };
  for (const { file, errors, skipped } of lints) {
    const name = file === '-' ? 'stdin' : file;
    for (const error of errors) io.stderr(formatError(error, options).text);
    for (const { line, kind } of quiet ? [] : skipped)
      io.stderr(`${io.style.dim(safeText(`${name}:${line}: ${kind} is not looked at`))}\n`);
  }
}
