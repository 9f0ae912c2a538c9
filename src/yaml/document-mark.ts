import { isBlankOrEnd } from './characters.ts';
import { type Reader, codeAt } from './reader.ts';

/** Whether `---` or `...` stands here, at the start of a line. */
export function documentMark(reader: Reader): 'document-start' | 'document-end' | undefined {
  if (reader.column !== 0 || !isBlankOrEnd(codeAt(reader, 3))) return undefined;
  if (reader.text.startsWith('---', reader.offset)) return 'document-start';
  return reader.text.startsWith('...', reader.offset) ? 'document-end' : undefined;
}
