import { createMasker } from '../report/mask.ts';
import { safeText } from '../report/safe-text.ts';
import { secretsInText } from '../report/secrets.ts';
import type { Context } from './context.ts';

/** For --verbose: shows each command line as it is run on stderr, with credentials in URLs masked. Nothing without it. */
export function tellCommands(
  verbose: boolean | undefined,
  { io }: Pick<Context, 'io'>,
): { onCommand?: (line: string) => void } {
  if (!verbose) return {};
  return {
    onCommand: (line) => io.stderr(`${io.style.dim(`$ ${safeText(createMasker(secretsInText(line)).text(line))}`)}\n`),
  };
}
