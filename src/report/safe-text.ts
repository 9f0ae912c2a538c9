/** All control characters but tab and newline, direction marks and overrides, invisible characters, half surrogates. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;

/**
 * Text from specs and from kops, made harmless for a terminal: what it could move the cursor, change colours, or reorder
 * letters with is shown as an escape such as `\x1b` or `\u202e`. Newline and tab stay.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escapeChar);
}

function escapeChar(char: string): string {
  if (char === '\r') return '\\r';
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * A value as indented JSON, with a final newline. Characters that `safeText` would show as an escape are written as the escapes of
 * JSON (`\u009b`): the value is the same, and a terminal that shows it is safe.
 */
export function safeJson(value: unknown, indent = 2): string {
  return `${JSON.stringify(value, null, indent).replace(UNSAFE, unitEscapes)}\n`;
}

function unitEscapes(char: string): string {
  const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
