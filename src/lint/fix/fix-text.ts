import { applyOperations } from '../../cluster/apply.ts';
import { readFacts } from '../../cluster/facts.ts';
import { sameJson } from '../../cluster/json.ts';
import { contentOf, readPresentAudit } from '../../cluster/present.ts';
import { lineCounter } from '../../cluster/text/sections.ts';
import type { SpecDocument } from '../../cluster/text/documents.ts';
import { specDocument } from '../../cluster/text/spec-document.ts';
import { splice } from '../../cluster/text/splice.ts';
import type { Json, JsonObject } from '../../cluster/types.ts';
import { type Place, UserError } from '../../errors.ts';
import { loadPolicy } from '../../policy/load/load.ts';
import type { Policy } from '../../policy/types.ts';
import { literalBlock } from '../cluster/embedded-policy.ts';
import { type KindedSection, sectionsOf } from '../kinds.ts';
import type { LocatedFinding } from '../located.ts';
import { SECRET_RULES } from '../policy/secret-rules.ts';
import { textLines } from '../text-lines.ts';
import { fixOperations } from './operations.ts';

/** One document before and after its fixes. */
export interface FixedDocument {
  before: string;
  after: string;
  /** The line of the file at which both begin. */
  firstLine: number;
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
 * block of a Cluster. Where a fix would bring secrets into the log, the document stays as it is too.
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
  const own = findings.filter(({ fix, range: { start } }) => fix && first <= start.line && start.line <= last);
  if (own.length === 0) return;
  try {
    const document = specDocument(text, file, section, lineAt);
    const after = section.kind === 'policy' ? fixPolicy(text, document, own) : fixCluster(text, document, own);
    if (after === text) return;
    const end = section.end + after.length - text.length;
    const pair = { before: text.slice(section.start, section.end), after: after.slice(section.start, end) };
    fixed.documents.unshift({ ...pair, firstLine: first });
    fixed.text = after;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fixed.refused.push(error);
  }
}

function fixPolicy(text: string, document: SpecDocument, findings: readonly LocatedFinding[]): string {
  const operations = fixOperations(findings, document.value() as unknown as Json);
  const fixed = splice(text, document, operations);
  const loaded = [document.source, specSource(fixed, document, text)].map((source) => loadPolicy(source).policy);
  const [before, after] = loaded as unknown as (JsonObject | null)[];
  const wanted = before && applyOperations(before, operations);
  const place = { file: document.file, line: document.line };
  if (!wanted || !after || !sameJson(wanted, after))
    throw new UserError('cannot be fixed safely: the policy would not load as meant', { place });
  refuseLeaks(before as unknown as Policy, after as unknown as Policy, place);
  return fixed;
}

/** What matched nothing may have been all that kept secrets out of the log. */
function refuseLeaks(before: Policy, after: Policy, place: Place): void {
  const known = leakingRules(before);
  const leaking = leakingRules(after).find((rule) => !known.includes(rule));
  if (leaking === undefined) return;
  throw new UserError(`is not fixed: rule ${leaking} would write secrets, config maps or tokens into the log`, {
    place,
    hint: `Give rule ${leaking} level Metadata first.`,
  });
}

/** The rules, counted from 1, that record the content of what should not be in a log. */
function leakingRules(policy: Policy): number[] {
  return SECRET_RULES.flatMap(({ check }) => check({ policy }).map(({ path: [, at] }) => Number(at) + 1));
}

function specSource(fixed: string, { start, end }: SpecDocument, text: string): string {
  return fixed.slice(start, end + fixed.length - text.length);
}

function fixCluster(text: string, document: SpecDocument, findings: readonly LocatedFinding[]): string {
  const cluster = document.value();
  if (cluster.kind !== 'Cluster') return text;
  const { distribution } = readFacts({ cluster, groups: [], kopsVersion: null });
  const { policy } = readPresentAudit(cluster, distribution);
  if (!policy || !literalBlock(document, policy, textLines(text))) return text;
  const content = contentOf(policy.asset);
  const section = { start: 0, end: content.length };
  const value = fixPolicy(content, specDocument(content, document.file, section, lineCounter(content)), findings);
  const path = `/spec/fileAssets/${policy.index}/content`;
  return splice(text, document, [
    { op: 'test', path, value: content },
    { op: 'replace', path, value },
  ]);
}
