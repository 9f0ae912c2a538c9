import { AbortError, BugError, ExternalError, InterruptError, type Place, UserError } from '../errors.ts';
import { widthOf } from './fit.ts';
import { safeText, type Style, wrap } from './text.ts';

export interface ErrorTextOptions {
  style: Style;
  version: string;
  /** Width of the terminal; 80 where left out. */
  columns?: number;
  /** Also tell what an error was caused by. */
  verbose?: boolean;
  /** Takes secrets out, where some are known. */
  mask?: (text: string) => string;
}

/**
 * What a person reads when a command fails, with a final newline, and the exit status (design §5): UserError 2,
 * AbortError 3, InterruptError 130, ExternalError 4; anything else is a bug of ours: 70, with its stack.
 */
export function formatError(error: unknown, options: ErrorTextOptions): { text: string; exitCode: number } {
  const exitCode = exitCodeOf(error);
  const text = exitCode === 70 ? bugText(error, options) : knownText(error as KnownError, options);
  return { text: `${text}\n`, exitCode };
}

type KnownError = UserError | AbortError | ExternalError;

function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptError) return 130;
  if (error instanceof UserError) return 2;
  if (error instanceof AbortError) return 3;
  return error instanceof ExternalError ? 4 : 70;
}

function knownText(error: KnownError, options: ErrorTextOptions): string {
  const label = error instanceof AbortError ? '' : 'error: ';
  const head = headText(label, error, options);
  const painted = label === '' ? head : options.style.red(label.trim()) + head.slice(label.length - 1);
  const hint =
    error.hint === undefined ? [] : [`  ${indented(`hint: ${clean(error.hint, options)}`, '    ', options)}`];
  const causes = options.verbose
    ? causesOf(error).map((cause) => options.style.dim(`  cause: ${clean(cause, options)}`))
    : [];
  return [painted, ...hint, ...causes].join('\n');
}

/** The label with the message. A place that has no room beside the label comes after it, so that the label never stands alone. */
function headText(label: string, error: KnownError, options: ErrorTextOptions): string {
  const place = error instanceof UserError ? placeText(error.place) : '';
  const message = clean(error.message, options);
  const { columns = 80 } = options;
  if (label.length + widthOf(place.trimEnd()) <= columns - 2)
    return indented(`${label}${place}${message}`, '  ', options);
  return `${indented(`${label}${message}`, '  ', options)}\n  in ${place.replace(/: $/, '')}`;
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  const name = safeText(place.file === '-' ? 'stdin' : place.file);
  const position = [place.line, place.column].filter((value) => value !== undefined);
  return `${[name, ...position].join(':')}: `;
}

function clean(text: string, { mask }: ErrorTextOptions): string {
  return safeText(mask ? mask(text) : text);
}

function indented(text: string, indent: string, { columns = 80 }: ErrorTextOptions): string {
  return wrap(text, columns - indent.length).replaceAll('\n', `\n${indent}`);
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(cause.message);
  }
  return causes;
}

function bugText(error: unknown, options: ErrorTextOptions): string {
  const { style, version } = options;
  const [bug, written] = error instanceof BugError ? [error.cause, [error.written]] : [error, []];
  const details = bug instanceof Error ? (bug.stack ?? String(bug)) : `thrown: ${String(bug)}`;
  const ask =
    'Please report it where you got kops-audit from, with these lines and what you ran. Look for secrets in them first.';
  return [
    `${style.red('error:')} this is a bug in kops-audit ${version}`,
    ...written,
    clean(details, options),
    indented(ask, '', options),
  ].join('\n');
}
