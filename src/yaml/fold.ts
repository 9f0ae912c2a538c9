import { isBlank, isBreak } from './characters.ts';
import { type Reader, codeAt, need, skip, take, takeBreak } from './reader.ts';

/** The blanks and line breaks between two words of a text. */
export interface Gap {
  blanks: string;
  /** The first line break, and those after it. */
  leadingBreak: string;
  trailingBreaks: string;
  /** Whether a line ended in it. */
  broken: boolean;
}

export function noGap(): Gap {
  return { blanks: '', leadingBreak: '', trailingBreaks: '', broken: false };
}

/** Takes blanks and line breaks into a gap. `check` sees each blank before it is taken. */
export function scanGap(reader: Reader, gap: Gap, check?: () => void): void {
  for (let code = codeAt(reader); isBlank(code) || isBreak(code); code = codeAt(reader)) {
    if (isBlank(code)) {
      check?.();
      if (gap.broken) skip(reader);
      else gap.blanks += take(reader);
    } else {
      need(reader, 2);
      if (gap.broken) gap.trailingBreaks += takeBreak(reader);
      else Object.assign(gap, { blanks: '', leadingBreak: takeBreak(reader), broken: true });
    }
    need(reader, 1);
  }
}

/** What a gap says: one line break is a blank, several are one less. */
export function foldedGap({ blanks, leadingBreak, trailingBreaks, broken }: Gap): string {
  if (!broken) return blanks;
  if (leadingBreak !== '\n') return leadingBreak + trailingBreaks;
  return trailingBreaks === '' ? ' ' : trailingBreaks;
}
