import type { Talk } from '../../change/talk.ts';
import type { Masker } from '../../report/mask.ts';
import { previewView, type Seen } from '../../report/preview-view.ts';
import { safeText, wrap } from '../../report/text.ts';
import { maskedPreview } from './masking.ts';
import { confirm } from '../../terminal/confirm.ts';
import type { Context } from '../../context.ts';

/** The pipeline's voice, with one more tone for how it ended. */
export interface TerminalTalk extends Talk {
  /** Tells that something went wrong. */
  fail(text: string): void;
}

export interface Manner {
  quiet?: boolean;
  verbose?: boolean;
}

const NO_PREVIEW = { seen: [], known: new Set<string>() };

/**
 * The pipeline's voice on a terminal or in a script: all on stderr, secrets masked.
 *
 * @param seen is left out of kops' preview. @param known lines of it that hold no secret, wherever they stand.
 */
export function terminalTalk(
  { io }: Context,
  masker: Masker,
  manner: Manner,
  { seen, known }: { seen: Seen; known: ReadonlySet<string> } = NO_PREVIEW,
): TerminalTalk {
  const clean = (text: string): string => safeText(masker.text(text));
  const say = (text: string): void => io.stderr(`${wrap(clean(text), io.columns)}\n`);
  const label = (word: string, paint: (text: string) => string, text: string): void => {
    io.stderr(`${wrap(`${word}: ${clean(text)}`, io.columns - 1).replace(`${word}:`, paint(`${word}:`))}\n`);
  };
  return {
    confirm: (question) => confirm(question, { default: false, io }),
    say: (text) => (manner.quiet ? undefined : say(text)),
    fail: (text) => label('error', io.style.red, text),
    warn: (text) => label('warning', io.style.yellow, text),
    relay: (line, from) => {
      const isNoise = line.trim() === '' || (from !== 'stdout' && !manner.verbose);
      if (!isNoise) io.stderr(`${io.style.dim('kops |')} ${clean(line)}\n`);
    },
    showPreview: (preview) =>
      io.stderr(
        previewView(maskedPreview(preview, masker, known), {
          head: 'kops update would change:',
          seen,
          clean,
          style: io.style,
        }),
      ),
    during: (text, work) => io.progress.during(text, work),
  };
}
