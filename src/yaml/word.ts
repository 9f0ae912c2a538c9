import { isNameCharacter } from './characters.ts';
import { type Reader, codeAt, need, skipOn } from './reader.ts';

/** Takes ASCII letters, digits, `_` and `-`. Throws YamlProblem as `need` does. */
export function scanWord(reader: Reader): string {
  need(reader, 1);
  const { offset } = reader;
  while (isNameCharacter(codeAt(reader))) skipOn(reader);
  return reader.text.slice(offset, reader.offset);
}
