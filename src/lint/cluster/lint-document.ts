import { isScalar, visit } from 'yaml';
import { type ClusterFacts, readFacts } from '../../cluster/facts.ts';
import { contentOf, holdsPolicy, type PresentAudit, readPresentAudit } from '../../cluster/present.ts';
import type { SpecDocument } from '../../cluster/text/documents.ts';
import { withPlaces } from '../../cluster/text/with-places.ts';
import { WARNING_CODES } from '../diagnostic-rules.ts';
import type { Finding } from '../finding.ts';
import { withIgnores } from '../ignore/apply.ts';
import { applyRules, CLUSTER_RULES } from '../lint-cluster.ts';
import type { LocatedFinding } from '../located.ts';
import { VERSION_UNKNOWN } from '../policy-file-rules.ts';
import { WILDCARD_VERSION } from '../policy/group-rules.ts';
import { POLICY_RULES } from '../policy/policy-rules.ts';
import type { TextLines } from '../text-lines.ts';
import { ADVICE_RULES } from './advice-rules.ts';
import { lintEmbedded } from './embedded-policy.ts';
import { rangeOfPointer } from './pointer-range.ts';
import { shownLine } from './shown-line.ts';

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
  return all.some(({ fatal }) => fatal) ? marked.filter(({ rule }) => rule !== 'ignore-unused') : marked;
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
  const texts: [number, number][] = [];
  visit(document.node(), {
    Scalar: (_key, node) => {
      if (!isScalar(node) || !node.range || node.type === 'PLAIN') return;
      const [from, to] = [document.placeAt(node.range[0]).line, document.placeAt(node.range[1]).line];
      if (to > from) texts.push([from, to]);
    },
  });
  const first = document.placeAt(0).line;
  const last = document.placeAt(document.source.length).line;
  return { lines, first, last, isText: (line) => texts.some(([from, to]) => from < line && line < to) };
}

function knownRules(findings: readonly LocatedFinding[]): string[] {
  const rules = [...CLUSTER_RULES, ...ADVICE_RULES, ...POLICY_RULES];
  return [...rules.map(({ id }) => id), ...WARNING_CODES, ...findings.map(({ rule }) => rule)];
}
