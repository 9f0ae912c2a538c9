/** klog's line prefix: severity, date, time, thread, file and line. Names and lines move between releases. */
const LOG_PREFIX = /^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\.go:\d+\] /;

/** Everything a terminal may act on, and the characters that turn the direction of text; tabs and line ends are kept. */
const CONTROL = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

const LONGEST_MESSAGE = 1000;

/** Takes text from outside; gives it with `\n` line ends and U+FFFD for every other control character but tabs. */
export function withoutControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROL, '\u{FFFD}');
}

/** Takes one line of stderr; gives the text behind kops' logging prefix, or undefined for a line that is not logging. */
export function logText(line: string): string | undefined {
  const prefix = LOG_PREFIX.exec(line)?.[0];
  return prefix === undefined ? undefined : line.slice(prefix.length);
}

/** Takes all of stderr; gives it without kops' logging lines and without control characters. */
export function withoutLogging(stderr: string): string {
  const lines = withoutControls(stderr).split('\n');
  return lines
    .filter((line) => logText(line) === undefined)
    .join('\n')
    .trim();
}

/**
 * Takes a stderr without logging lines; gives kops' own error as one line, or '' if it printed none.
 * Since 1.22 it is the last `Error: …`, with the usage text after it; before, it is the last thing printed (`pkg/commands/commandutils/exit.go`).
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

/**
 * Takes one line of logging; gives why kops is trying something again and for how long it still will, or undefined
 * (`upup/pkg/fi/executor.go`, release 1.36: `error running task %q (%v remaining to succeed): %v`).
 */
export function retryText(log: string): string | undefined {
  const match = /^error running task .* \((\S+) remaining to succeed\): (.*)$/.exec(log);
  return match ? `kops is trying again for ${match[1]}: ${oneLine(match[2] ?? '')}` : undefined;
}
