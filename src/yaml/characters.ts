/**
 * The kinds of characters that go-yaml v2.4.4 tells apart (`yamlprivateh.go`), as UTF-16 code units; 0 stands for the end of the text.
 */
export const END = 0;

/** The code of a character, for comparisons: `codeOf(':')`. */
export function codeOf(character: string): number {
  return character.charCodeAt(0);
}

const TAB = 9;
const SPACE = 32;
const LF = 10;
const CR = 13;
const NEL = 0x85;

export function isTab(code: number): boolean {
  return code === TAB;
}

export function isSpace(code: number): boolean {
  return code === SPACE;
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** A line break of YAML 1.1: LF, CR, next line, line separator, paragraph separator. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === NEL || isSeparator(code);
}

/** A line break that stays as it is where others become LF. */
export function isSeparator(code: number): boolean {
  return code === 0x2028 || code === 0x2029;
}

export function isLineEnd(code: number): boolean {
  return code === END || isBreak(code);
}

export function isBlankOrEnd(code: number): boolean {
  return code === SPACE || code === TAB || isLineEnd(code);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What names of anchors, directives and tag handles are made of: ASCII letters, digits, `_` and `-`. */
export function isNameCharacter(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

export function isCrLf(code: number, next: number): boolean {
  return code === CR && next === LF;
}

/** The first half of a character beyond U+FFFF. */
export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

export function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
