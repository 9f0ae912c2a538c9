import { parseAllDocuments } from 'yaml';

/** What a document holds, mistakes or not; of several documents a list, which no policy is; null where nothing can be told. */
export function readLeniently(text: string): unknown {
  if (isTooDeep(text)) return null;
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
    const values = documents.map((document) => document.toJS() as unknown);
    return values.length === 1 ? (values[0] ?? null) : values;
  } catch {
    return null;
  }
}

/** The parser is recursive: what nests without end is not looked into, only masked as a whole. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > 200) return true;
  }
  return /^ {1000}/m.test(text);
}
