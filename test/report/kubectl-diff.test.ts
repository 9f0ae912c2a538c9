import { describe, expect, it } from 'vitest';
import { foldedRuns, newObjectsDiff, readKubectlDiff } from '../../src/report/kubectl-diff.ts';

const PRINTED = `diff -u -N /tmp/LIVE-1/v1.ConfigMap.kops-audit.a /tmp/MERGED-2/v1.ConfigMap.kops-audit.a
--- /tmp/LIVE-1/v1.ConfigMap.kops-audit.a\t2026-11-27 05:00:00.000000000 +0000
+++ /tmp/MERGED-2/v1.ConfigMap.kops-audit.a\t2026-11-27 05:00:00.000000000 +0000
@@ -1,2 +1,2 @@
 a: 1
--- b
+++ c
\\ No newline at end of file
`;

describe('readKubectlDiff', () => {
  it('names the objects, not the temporary files, and takes no changed line for a head', () => {
    expect(readKubectlDiff(PRINTED)).toEqual([
      { kind: 'header', text: '--- v1.ConfigMap.kops-audit.a' },
      { kind: 'header', text: '+++ v1.ConfigMap.kops-audit.a (new)' },
      { kind: 'hunk', text: '@@ -1,2 +1,2 @@' },
      { kind: 'context', text: ' a: 1' },
      { kind: 'remove', text: '--- b' },
      { kind: 'add', text: '+++ c' },
      { kind: 'note', text: '\\ No newline at end of file' },
    ]);
    expect(readKubectlDiff('')).toEqual([]);
  });
});

describe('foldedRuns', () => {
  it('cuts long runs of added lines, and leaves the rest', () => {
    const diff = newObjectsDiff([
      { name: 'ConfigMap/a', text: 'x\n'.repeat(30) },
      { name: 'Namespace/b', text: 'y\n'.repeat(14) },
    ]);
    const { lines, folded } = foldedRuns(diff);
    expect(folded).toBe(22);
    expect(lines.filter(({ kind }) => kind === 'add')).toHaveLength(8 + 14);
    expect(lines.find(({ kind }) => kind === 'fold')?.text).toContain('22 more lines (--diff full');
    expect(lines.filter(({ kind }) => kind === 'header')).toHaveLength(4);
  });
});
