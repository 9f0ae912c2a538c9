/** klog's line prefix: severity, date, time, thread, file and line. Names and lines move between releases. */
const LOG_PREFIX = /^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\.go:\d+\] /;

/**
 * Everything a terminal may act on, and the characters that turn the direction of text; tabs and line ends are kept. In numbers, as
 * `\p{Cc}` and `\p{Bidi_Control}` take half a millisecond at each start.
 */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const LONGEST_MESSAGE = 1000;

/** Takes text from outside; gives it with `\n` line ends and U+FFFD for every other control character but tabs. */
export function withoutControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROL, '\u{FFFD}');
}

/** Takes one line of stderr; gives the text behind the prefix of logging, or undefined for a line that is not logging. */
export function logText(line: string): string | undefined {
  const prefix = LOG_PREFIX.exec(line)?.[0];
  return prefix === undefined ? undefined : line.slice(prefix.length);
}

/** Takes all of stderr; gives it without logging lines and without control characters. */
export function withoutLogging(stderr: string): string {
  const lines = withoutControls(stderr).split('\n');
  return lines
    .filter((line) => logText(line) === undefined)
    .join('\n')
    .trim();
}

/**
 * Takes a stderr without logging lines; gives the program's own error as one line, or '' if it printed none.
 * Since kops 1.22 it is the last `Error: …`, with the usage text after it; before, it is the last thing printed (`pkg/commands/commandutils/exit.go`).
 */
export function lastError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const start = lines.findLastIndex((line) => /^(Error: |panic: |F\d{4} )/.test(line));
  if (start === -1) return oneLine(lines.findLast((line) => line !== '') ?? '');
  const end = lines.findIndex((line, index) => index > start && /^(|Usage:.*|goroutine .*)$/.test(line));
  const block = lines.slice(start, end === -1 ? lines.length : end).join(' ');
  return oneLine(block.replace(/^Error: /, ''));
}

/** Takes any text; gives its start as one line without control characters, fit for a message. */
export function oneLine(text: string): string {
  const line = withoutControls(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

const START_FAILURES: Record<string, (binary: string) => string> = {
  ENOENT: (binary) => (binary.includes('/') ? `there is no program ${binary}` : `${binary} was not found on PATH`),
  EACCES: (binary) => `${binary} cannot be run: permission denied`,
};

/** Takes the program and the system's code for why it did not start; gives that as words, or undefined if it did start. */
export function startFailure(binary: string, code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  return START_FAILURES[code]?.(binary) ?? `${binary} could not be started (${code})`;
}

/** How a run ended. */
interface Outcome {
  failed: boolean;
  timedOut: boolean;
  interrupted: boolean;
  isMaxBuffer: boolean;
  exitCode?: number | undefined;
  signal?: string | undefined;
  /** Without logging lines and control characters. */
  stderr: string;
}

/** Takes how a run ended; gives why it failed in one sentence without a full stop, the program's own words where it has some. '' if it did not fail. */
export function whyFailed(outcome: Outcome): string {
  if (!outcome.failed) return '';
  if (outcome.timedOut) return 'it took too long and was stopped';
  if (outcome.interrupted && outcome.signal !== undefined) return 'it was interrupted';
  if (outcome.isMaxBuffer) return 'it printed far too much';
  if (outcome.signal !== undefined) return `it was killed by ${outcome.signal}`;
  return lastError(outcome.stderr) || `it exited with status ${outcome.exitCode ?? 'unknown'} and printed nothing`;
}

/** Takes a program and its arguments; gives one line a POSIX shell reads as exactly these words (`$'…'` only for control characters). */
export function commandLine(binary: string, args: readonly string[]): string {
  return [binary, ...args].map(quote).join(' ');
}

function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/\p{Cc}/u.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replaceAll(/[\\']/g, '\\$&').replaceAll(/\p{Cc}/gu, escapeControl);
  return `$'${escaped}'`;
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
