import { AUDIT_KEYS } from '../../cluster/audit-keys.ts';
import { type ClusterFacts, readFacts } from '../../cluster/facts.ts';
import {
  type LocatedAsset,
  type PresentAudit,
  contentOf,
  holdsPolicy,
  readPresentAudit,
} from '../../cluster/present.ts';
import { type SpecDocument, literalAt, longTexts, rangeOf, withPlaces } from '../../cluster/documents.ts';
import { VERSION_UNKNOWN } from './policy-file.ts';
import { withConsequences } from '../consequences.ts';
import { withIgnores } from '../ignore.ts';
import { ADVICE_RULES, CLUSTER_RULES, applyRules } from '../lint-cluster.ts';
import { lintPolicy } from '../lint-policy.ts';
import { WARNING_CODES } from '../policy/diagnostics.ts';
import { WILDCARD_VERSION } from '../policy/groups.ts';
import { POLICY_RULES } from '../policy/rules.ts';
import type { Finding, LocatedFinding } from '../rule.ts';
import { type TextLines, restOfLine } from '../text-lines.ts';
import type { LoadedPolicy } from '../../policy/load/load.ts';
import type { TextPosition, TextRange } from '../../yaml/positions.ts';

/** By which releases a Cluster is judged. */
export interface ClusterLintOptions {
  /** Left out: that of the Cluster, else the newest. */
  kubernetesVersion?: string;
  /** null: it must be right for all. */
  kopsVersion: string | null;
}

/**
 * What is wrong with a Cluster document of a file as far as auditing goes, its embedded policy included.
 *
 * @param groups its InstanceGroup documents. @param lines those of the whole file.
 * @throws UserError with the place, where the document can't be read or a value has a type kOps can't read.
 */
export function lintDocument(
  document: SpecDocument,
  groups: readonly SpecDocument[],
  lines: TextLines,
  options: ClusterLintOptions,
): LocatedFinding[] {
  const cluster = document.value();
  const facts = factsFor(document, groups, options);
  const present = withPlaces(document, () => readPresentAudit(cluster, facts.distribution));
  const input = { cluster, facts, present };
  const findings = applyRules([...CLUSTER_RULES, ...ADVICE_RULES], input).filter(
    (finding) => !isOfPolicy(finding, present),
  );
  const located = findings.map((finding) => locate(finding, document, lines));
  const all = [...located, ...ofPolicy(document, present, facts, lines)];
  const marked = withIgnores(all, scopeOf(document, lines), knownRules(all));
  // What a policy that does not load would break besides cannot be told.
  return withConsequences(
    all.some(({ fatal }) => fatal) ? marked.filter(({ rule }) => rule !== 'ignore-unused') : marked,
  );
}

function factsFor(
  document: SpecDocument,
  groups: readonly SpecDocument[],
  { kubernetesVersion, kopsVersion }: ClusterLintOptions,
): ClusterFacts {
  return readFacts({
    cluster: document.value(),
    groups: groups.map((group) => group.value()),
    kopsVersion,
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
  });
}

/** What the rules for Clusters say of the embedded policy as a whole; here each of its lines is looked at. */
function isOfPolicy({ rule, pointer }: Finding, { policy }: PresentAudit): boolean {
  if (policy === null || rule === VERSION_UNKNOWN || !holdsPolicy(policy.asset)) return false;
  return pointer === `/spec/fileAssets/${policy.index}/content`;
}

function ofPolicy(
  document: SpecDocument,
  { policy: asset }: PresentAudit,
  { policies, kubernetesVersion }: ClusterFacts,
  lines: TextLines,
): LocatedFinding[] {
  if (!asset) return [];
  const loaded = policies.load(contentOf(asset.asset));
  const version = kubernetesVersion === null ? {} : { kubernetesVersion };
  return lintEmbedded({ document, asset, loaded, ...version }, lines).filter(({ rule }) => rule !== WILDCARD_VERSION);
}

function locate(finding: Finding, document: SpecDocument, lines: TextLines): LocatedFinding {
  const range = rangeOfPointer(document, finding.pointer, lines);
  const source = shownLine(lines.line(range.start.line));
  return { ...finding, range, ...(source === undefined ? {} : { source }) };
}

function scopeOf(document: SpecDocument, lines: TextLines): Parameters<typeof withIgnores>[1] {
  const texts = longTexts(document);
  const first = document.placeAt(0).line;
  const last = document.placeAt(document.source.length).line;
  return { lines, first, last, isText: (line) => texts.some((text) => text.first < line && line < text.last) };
}

function knownRules(findings: readonly LocatedFinding[]): string[] {
  const rules = [...CLUSTER_RULES, ...ADVICE_RULES, ...POLICY_RULES];
  return [...rules.map(({ id }) => id), ...WARNING_CODES, ...findings.map(({ rule }) => rule)];
}

/** A policy embedded in a Cluster, to be looked at for one Kubernetes release. */
interface EmbeddedPolicy {
  document: SpecDocument;
  asset: LocatedAsset;
  loaded: LoadedPolicy;
  kubernetesVersion?: string;
}

/**
 * The findings about a policy that is embedded in a Cluster, each at its line of the file where the content is a literal block (`|`),
 * else at the content, with the line of the policy in the message. None where the file asset holds no policy.
 *
 * @param lines those of the whole file.
 */
function lintEmbedded(embedded: EmbeddedPolicy, lines: TextLines): LocatedFinding[] {
  const { asset, loaded, kubernetesVersion } = embedded;
  if (!holdsPolicy(asset.asset)) return [];
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const findings = lintPolicy(contentOf(asset.asset), options, loaded);
  const place = placeInFile(embedded, lines);
  return findings.map((finding) => ({ ...place(finding), pointer: pointerOf(asset) }));
}

function pointerOf({ index }: LocatedAsset): string {
  return `/spec/fileAssets/${index}/content`;
}

function placeInFile(embedded: EmbeddedPolicy, lines: TextLines): (finding: LocatedFinding) => LocatedFinding {
  const block = literalBlock(embedded.document, embedded.asset, lines);
  const around = rangeOfPointer(embedded.document, pointerOf(embedded.asset), lines);
  if (!block) {
    return ({ source: _hidden, ...finding }) => ({
      ...finding,
      within: { line: finding.range.start.line },
      range: around,
    });
  }
  const move = ({ line, column }: TextPosition): TextPosition =>
    lines.position(block.first + line - 1, column + block.indent);
  return (finding) => {
    const range = { start: move(finding.range.start), end: move(finding.range.end) };
    return { ...finding, range, source: lines.line(range.start.line) };
  };
}

/** The line of the file that the first line of a literal block is, and how far its lines are indented; undefined for other forms. */
export function literalBlock(
  document: SpecDocument,
  { index, asset }: LocatedAsset,
  lines: TextLines,
): { first: number; indent: number } | undefined {
  const literal = literalAt(document, `/spec/fileAssets/${index}/content`);
  if (asset.isBase64 || !literal) return undefined;
  const first = literal.firstLine;
  const content = contentOf(asset).split('\n');
  const at = content.findIndex((line) => line.trim() !== '');
  const indent = indentOf(lines.line(first + at)) - indentOf(content[at] ?? '');
  return { first, indent };
}

function indentOf(line: string): number {
  return line.search(/\S|$/);
}

/** Keys whose line holds nothing secret: those of the head, the audit keys, and of a file asset all but its content. */
const SAFE_KEYS: readonly string[] = [
  ...'apiVersion kind metadata spec kubernetesVersion kubeAPIServer fileAssets name path roles isBase64 mode'.split(
    ' ',
  ),
  ...AUDIT_KEYS.map(({ name }) => name),
];

/**
 * The line of a Cluster document, where a finding may show it: what could be secret (the content of a file asset, a key nobody
 * knows, anything in braces) is never shown, so that a mistake here shows too little rather than too much (design §10, Masking).
 */
function shownLine(line: string): string | undefined {
  const [, key = ''] = /^\s*(?:-\s+)?(\w+):/.exec(line) ?? [];
  return SAFE_KEYS.includes(key) && !/[{}]/.test(line) && line.length <= 200 ? line : undefined;
}

/**
 * Where in a file the value is that a JSON pointer leads to: a value of one line, else the key of the map or list, else the first
 * line of the list item. Where it leads nowhere, the nearest part on the way.
 *
 * @param lines those of the whole file.
 */
function rangeOfPointer(document: SpecDocument, pointer: string, lines: TextLines): TextRange {
  const { start, end } = rangeOf(document, pointer);
  if (!end) return restOfLine(lines, start.line, start.column);
  return { start: lines.position(start.line, start.column), end: lines.position(end.line, end.column) };
}
