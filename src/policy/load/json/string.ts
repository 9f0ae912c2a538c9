const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Finds the end of a JSON string that begins at a quote: the offset behind the closing quote; or minus one minus the offset of what is wrong.
 * The grammar is that of Go's `encoding/json` (`scanner.go`).
 */
export function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 32) return -1 - at;
    if (code !== BACKSLASH) continue;
    const width = escapeWidth(text, at);
    if (width === 0) return -1 - at;
    at += width - 1;
  }
  return -1 - text.length;
}

function escapeWidth(text: string, at: number): number {
  if ('"\\/bfnrt'.includes(text.charAt(at + 1) || 'none')) return 2;
  return /^\\u[\da-fA-F]{4}$/.test(text.slice(at, at + 6)) ? 6 : 0;
}

const LONE = /\p{Surrogate}/gu;

/** What a JSON string in its quotes says; halves of characters, and bytes that are no UTF-8, are U+FFFD, as Go reads them. */
export function unquote(quoted: string): string {
  const whole = quoted.replaceAll(LONE, '\uFFFD');
  return whole.includes('\\') ? String(JSON.parse(whole)).replaceAll(LONE, '\uFFFD') : whole.slice(1, -1);
}
