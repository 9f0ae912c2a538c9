import type { ClusterLintOptions } from './cluster/lint-document.ts';
import { withConsequences } from './consequences.ts';
import { nothingHere, sectionsOf, type KindedSection } from './kinds.ts';
import { lintPolicy } from './lint-policy.ts';
import { inOrder } from './engine.ts';
import type { FileLint, LocatedFinding } from './rule.ts';
import { textLines, type TextLines } from './text-lines.ts';

/**
 * Looks at each Policy and Cluster document of a text, and at what starts a kube-apiserver without kOps. A Cluster takes the InstanceGroup
 * documents of the same text into account.
 * Never throws on bad input: what can't be looked at is in `errors`, the rest is looked at all the same.
 */
export async function lintText(text: string, file: string, options: ClusterLintOptions): Promise<FileLint> {
  const content = text.replace(/^\uFEFF/, '');
  const lines = textLines(content);
  const sections = sectionsOf(content);
  const findings = sections.flatMap((section, at) =>
    section.kind === 'policy' ? policyFindings(content, section, at === 0, lines, options) : [],
  );
  const policies = { file, findings, skipped: [], errors: [], specs: [] };
  const rest = await withServers(policies, content, sections, lines, options);
  if (sections.length > 0 && sections.every(({ kind }) => kind !== 'unsure')) return sorted(orNothing(rest, sections));
  const { lintSpecText } = await import('./cluster/lint-spec-text.ts');
  return sorted(lintSpecText({ text: content, lines, sections, options }, rest));
}

/** Adds what is said of documents of kubeadm and kind and of pods. */
async function withServers(
  found: FileLint,
  text: string,
  sections: readonly KindedSection[],
  lines: TextLines,
  { kubernetesVersion = null }: { kubernetesVersion?: string | null },
): Promise<FileLint> {
  if (!sections.some(({ kind }) => kind === 'server')) return found;
  const { lintServers } = await import('./kubeadm/lint-servers.ts');
  return lintServers({ text, lines, sections, kubernetesVersion }, found);
}

/** A pod may speak of kube-apiserver and be another one: then there was nothing to look at. */
function orNothing(lint: FileLint, sections: readonly KindedSection[]): FileLint {
  if (lint.errors.length > 0 || lint.skipped.length < sections.length) return lint;
  const kinds = lint.skipped.map(({ kind }) => kind);
  return { ...lint, errors: [nothingHere(kinds, lint.file)], skipped: [] };
}

function sorted(lint: FileLint): FileLint {
  return { ...lint, findings: inOrder(lint.findings) };
}

/** kube-apiserver reads a file from its beginning and stops after the first document: so is the first one looked at. */
function policyFindings(
  text: string,
  { start, end }: KindedSection,
  isFirst: boolean,
  lines: TextLines,
  { kubernetesVersion }: ClusterLintOptions,
): LocatedFinding[] {
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  if (isFirst) return withConsequences(lintPolicy(withoutTags(text), options));
  const above = lines.lineAt(start) - 1;
  const aside = start - lines.position(above + 1, 1).offset;
  const move = ({ line, column }: { line: number; column: number }): LocatedFinding['range']['start'] =>
    lines.position(line + above, line === 1 ? column + aside : column);
  const moved = lintPolicy(withoutTags(text.slice(start, end)), options).map((finding) => ({
    ...finding,
    range: { start: move(finding.range.start), end: move(finding.range.end) },
  }));
  return withConsequences(moved);
}

/** A template as the policy it gives where nothing is set, each character in its place: blanks for the tags (design §6). */
function withoutTags(text: string): string {
  return text.replaceAll(/(?<=\s)!(?:param|since):[^\s,[\]{}]*/g, (tag) => ' '.repeat(tag.length));
}
