import { UserError } from '../errors.ts';
import { placeholderIn } from '../policy/load/template-marks.ts';
import { isBlankYaml, splitDocuments, type Section } from '../cluster/sections.ts';

/** What `lint` takes a document of a file for; `unsure` has to be parsed to tell. */
type DocumentKind = 'policy' | 'unsure';

/** A document of a file, in offsets of its text. */
export interface KindedSection extends Section {
  kind: DocumentKind;
}

/** The documents of a text that hold something, told apart without a YAML parser: it takes longer to load than all the rest. */
export function sectionsOf(text: string): KindedSection[] {
  return splitDocuments(text)
    .filter(({ start, end }) => !isBlankYaml(text.slice(start, end)))
    .map((section) => ({ ...section, kind: kindOf(text.slice(section.start, section.end)) }));
}

/**
 * Whether a document is an audit policy, or shall be one: also one with a wrong version or kind, as those are mistakes to tell, and
 * one that no parser can read.
 */
function kindOf(text: string): DocumentKind {
  const version = valueOf('apiVersion', text);
  const kind = valueOf('kind', text);
  if (version !== undefined && /^audit(?:[./]|$)|\baudit\.k8s/.test(version)) return 'policy';
  if (kind === 'Policy' && version === undefined) return 'policy';
  if (kind === 'Policy' && /^v\d/.test(version ?? '') && hasRules(text)) return 'policy';
  if (placeholderIn(version ?? '') && (kind === 'Policy' || placeholderIn(kind ?? '')) && hasRules(text))
    return 'policy';
  const isBare = kind === undefined && version === undefined && hasRules(text);
  return isBare ? 'policy' : 'unsure';
}

function hasRules(text: string): boolean {
  return /^rules:/m.test(text) && /^[ \t-]*level:/m.test(text);
}

/** The value of a key in the first column, or of the first such key of a JSON object; the case of the key does not count. */
function valueOf(key: string, text: string): string | undefined {
  const isJson = /^\s*\{/.test(text);
  const pattern = isJson ? `^[^\\[]*?"?${key}"?\\s*:\\s*"?([^\\s",}]+)` : `^${key}\\s*:\\s*["']?([^\\s"'#]+)`;
  return new RegExp(pattern, isJson ? 'i' : 'im').exec(text)?.[1];
}

/** The error for a file that holds neither an audit policy nor a Cluster. */
export class NothingHereError extends UserError {}

/**
 * Whether a file that nobody named is one to look at: it says of itself that it holds an audit policy or documents of kOps. Rules
 * and levels alone may be those of another program.
 */
export function saysItIsOurs(text: string): boolean {
  if (/\bkops(?:\.k8s\.io)?\/v\d/.test(text)) return true;
  return sectionsOf(text).some(({ kind, start, end }) => {
    const source = text.slice(start, end);
    return kind === 'policy' && (valueOf('apiVersion', source) ?? valueOf('kind', source)) !== undefined;
  });
}
