import { UserError } from '../../errors.ts';

const WORD = /(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S])+/y;

/**
 * Splits a line into words as a shell does: at blanks, with '…', "…" and \ to keep them. Nothing is expanded.
 *
 * @throws UserError for a quote that is not closed, or a backslash at the end.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    WORD.lastIndex = at;
    const [word = ''] = WORD.exec(line) ?? [];
    if (word === '') throw unclosed(line.charAt(at));
    at += word.length;
    words.push(unquoted(word));
  }
  return words;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line.charAt(at))) at += 1;
  return at;
}

function unclosed(char: string): UserError {
  if (char === '\\') return new UserError('a backslash stands at the end of the request', { hint: 'Leave it out.' });
  return new UserError(`the quote ${char} is not closed`, { hint: `Put another ${char} behind the word.` });
}

const PIECE = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g;

// In double quotes a backslash keeps only what would mean something there.
function unquoted(word: string): string {
  return word.replace(PIECE, (_, single?: string, double?: string, escaped?: string) => {
    return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '';
  });
}
