import { createMasker } from '../report/mask.ts';
import { safeText } from '../report/text.ts';
import type { Context } from '../context.ts';

/** Tells what is waited for, on stderr: it may be kops' own words. */
export function tellWaiting({ io }: Pick<Context, 'io'>): (text: string) => void {
  return (text) => io.stderr(`${safeText(createMasker([]).text(text))}\n`);
}

/** For --verbose: shows each command line as it is run on stderr, with credentials in URLs masked. Nothing without it. */
export function tellCommands(
  verbose: boolean | undefined,
  { io }: Pick<Context, 'io'>,
): { onCommand?: (line: string) => void } {
  if (!verbose) return {};
  return {
    onCommand: (line) => io.stderr(`${io.style.dim(`$ ${safeText(createMasker([]).text(line))}`)}\n`),
  };
}
