import { isScalar, type Scalar } from 'yaml';
import { contentOf, holdsPolicy, type LocatedAsset } from '../../cluster/present.ts';
import type { SpecDocument } from '../../cluster/text/documents.ts';
import type { LoadedPolicy } from '../../policy/load/load.ts';
import type { TextPosition } from '../../yaml/positions.ts';
import { lintPolicy } from '../lint-policy.ts';
import type { LocatedFinding } from '../located.ts';
import type { TextLines } from '../text-lines.ts';
import { rangeOfPointer } from './pointer-range.ts';

/** A policy embedded in a Cluster, to be looked at for one Kubernetes release. */
export interface EmbeddedPolicy {
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
export function lintEmbedded(embedded: EmbeddedPolicy, lines: TextLines): LocatedFinding[] {
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
      message: `line ${finding.range.start.line} of the policy: ${finding.message}`,
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
  const node: unknown = document.node().getIn(['spec', 'fileAssets', index, 'content'], true);
  if (asset.isBase64 || !isScalar(node) || node.type !== 'BLOCK_LITERAL') return undefined;
  const first = document.placeAt((node as Scalar).range?.[0] ?? 0).line + 1;
  const content = contentOf(asset).split('\n');
  const at = content.findIndex((line) => line.trim() !== '');
  const indent = indentOf(lines.line(first + at)) - indentOf(content[at] ?? '');
  return { first, indent };
}

function indentOf(line: string): number {
  return line.search(/\S|$/);
}
