import { firstDocument } from '../load/go-yaml.ts';
import { withoutStamp } from './stamp.ts';

/**
 * Gives a policy text the form that kOps prints as a readable block: LF, no byte order mark, no tabs, no trailing blanks, one line
 * feed at the end; also no stamp of ours and only the first YAML document. Doing it twice changes nothing.
 */
export function normalise(text: string): string {
  const lines = firstDocument(withoutStamp(text.replace(/^\uFEFF/, '')))
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .split('\n')
    .map((line) => line.trimEnd());
  return `${lines.join('\n').trimEnd()}\n`;
}
