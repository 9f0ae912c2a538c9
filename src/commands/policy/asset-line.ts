import { isScalar } from 'yaml';
import type { SpecDocument } from '../../cluster/text/documents.ts';

/**
 * The line of a spec file at which the content of a file asset begins, and the blanks in front of each of its lines; undefined where
 * its lines are not lines of the file (quoted or folded text, JSON).
 */
export function contentPlace(cluster: SpecDocument, index: number): { firstLine: number; indent: number } | undefined {
  const content = cluster.node().getIn(['spec', 'fileAssets', index, 'content'], true);
  if (!isScalar(content) || content.type !== 'BLOCK_LITERAL') return undefined;
  const start = content.range?.[0] ?? 0;
  const [, indent = ''] = /\n( *)[^\s]/.exec(cluster.source.slice(start)) ?? [];
  return { firstLine: cluster.placeAt(start).line + 1, indent: indent.length };
}
