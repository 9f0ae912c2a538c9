import { readFacts } from '../../cluster/facts.ts';
import { contentOf, readPresentAudit } from '../../cluster/present.ts';
import type { SpecDocument } from '../../cluster/documents.ts';
import { lineCounter } from '../../cluster/sections.ts';
import { specDocument } from '../../cluster/documents.ts';
import { splice } from '../../cluster/splice.ts';
import { UserError, type Place } from '../../errors.ts';
import { sameJson, type Json } from '../../json.ts';
import type { Comparison } from '../../policy/compare/compare.ts';
import { loadPolicy } from '../../policy/load/load.ts';
import { literalBlock } from '../cluster/lint-document.ts';
import { sectionsOf, type KindedSection } from '../kinds.ts';
import type { LocatedFinding } from '../rule.ts';
import { textLines } from '../text-lines.ts';
import { applied, asJson, type FixedPart, harmlessFixes, refusalError } from './harmless.ts';

/** One document before and after its fixes. */
export interface FixedDocument {
  before: string;
  after: string;
  /** The line of the file at which both begin. */
  firstLine: number;
  /** What was changed and why, in the order of the lines. */
  changes: FixedPart[];
  /** Which requests are recorded otherwise now. */
  comparison: Comparison;
}

export interface FixedText {
  text: string;
  /** The documents that changed, in the order of the file. */
  documents: FixedDocument[];
  /** Why something that could be fixed was not. */
  refused: UserError[];
}

/**
 * Carries the safe fixes of findings out on the text they are from, by editing only what changes. The policy that the new text loads
 * as must be the old one with the fixes in it, else the document stays as it is. An embedded policy is fixed where it is a literal
 * block of a Cluster. A fix that would bring secrets into the log or silence what it is read for is left out, and said.
 */
export function fixText(text: string, file: string, findings: readonly LocatedFinding[]): FixedText {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const fixed: FixedText = { text: text.slice(mark.length), documents: [], refused: [] };
  // From the last document to the first, so that the places of those before stay right.
  for (const section of sectionsOf(fixed.text).toReversed()) fixSection(fixed, section, file, findings);
  return { ...fixed, text: mark + fixed.text };
}

function fixSection(fixed: FixedText, section: KindedSection, file: string, findings: readonly LocatedFinding[]): void {
  const { text } = fixed;
  const lineAt = lineCounter(text);
  const [first, last] = [lineAt(section.start), lineAt(section.end)];
  const own = findings.filter(({ edit, range: { start } }) => edit && first <= start.line && start.line <= last);
  if (own.length === 0) return;
  try {
    const document = specDocument(text, file, section, lineAt);
    const fix = (section.kind === 'policy' ? fixPolicy : fixCluster)(text, document, own, fixed.refused);
    if (fix === null || fix.text === text) return;
    const { text: after, comparison, changes } = fix;
    const end = section.end + after.length - text.length;
    const pair = { before: text.slice(section.start, section.end), after: after.slice(section.start, end) };
    fixed.documents.unshift({ ...pair, firstLine: first, changes, comparison });
    fixed.text = after;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fixed.refused.push(error);
  }
}

/** A text with its fixes in it, and what they change; null where nothing is fixed. */
interface Fix {
  text: string;
  changes: FixedPart[];
  comparison: Comparison;
}

function fixPolicy(
  text: string,
  document: SpecDocument,
  own: readonly LocatedFinding[],
  refused: UserError[],
): Fix | null {
  const before = loadPolicy(document.source).policy;
  const place = { file: document.file, line: document.line };
  if (before === null) throw unsafe(place);
  const value = document.value() as unknown as Json;
  const { operations, changes, comparison, refusals } = harmlessFixes(before, value, own);
  refused.push(...refusals.map((refusal) => refusalError(refusal, document.file)));
  if (operations.length === 0) return null;
  const fixed = splice(text, document, operations);
  const after = loadPolicy(specSource(fixed, document, text)).policy;
  if (!after || !sameJson(asJson(applied(before, operations)), asJson(after))) throw unsafe(place);
  return { text: fixed, changes, comparison };
}

function unsafe(place: Place): UserError {
  return new UserError('cannot be fixed safely: the policy would not load as meant', {
    place,
    hint: 'Fix it by hand, and lint it again.',
  });
}

function specSource(fixed: string, { start, end }: SpecDocument, text: string): string {
  return fixed.slice(start, end + fixed.length - text.length);
}

function fixCluster(
  text: string,
  document: SpecDocument,
  own: readonly LocatedFinding[],
  refused: UserError[],
): Fix | null {
  const cluster = document.value();
  if (cluster.kind !== 'Cluster') return null;
  const { distribution } = readFacts({ cluster, groups: [], kopsVersion: null });
  const { policy } = readPresentAudit(cluster, distribution);
  if (!policy || !literalBlock(document, policy, textLines(text))) return null;
  const content = contentOf(policy.asset);
  const section = { start: 0, end: content.length };
  const inner = specDocument(content, document.file, section, lineCounter(content));
  const fix = fixPolicy(content, inner, own, refused);
  if (fix === null) return null;
  const path = `/spec/fileAssets/${policy.index}/content`;
  const fixed = splice(text, document, [
    { op: 'test', path, value: content },
    { op: 'replace', path, value: fix.text },
  ]);
  return { ...fix, text: fixed };
}
