// Mutations of `mutate.mjs` that change nothing a test could see, each with the reason: file, the line that holds it, the change as
// the tool prints it, why.
export const ARGUED = [
  {
    file: 'src/lint/fix/fix-text.ts',
    line: 'if (operations.length === 0) return null;',
    change: 'if (operations.length === 0) return null; → ;',
    why: 'No operations give the same text, and `fixSection` drops a fix that changes nothing.',
  },
  {
    file: 'src/lint/fix/fix-text.ts',
    line: "if (cluster.kind !== 'Cluster') return null;",
    change: "if (cluster.kind !== 'Cluster') return null; → ;",
    why: 'Only findings of a Cluster and of a Policy can be fixed: an InstanceGroup has none of its own, and is left before.',
  },
  {
    file: 'src/lint/fix/harmless.ts',
    line: "return typeof one === 'number' && typeof two === 'number' ? one - two : String(one) < String(two) ? -1 : 1;",
    change: 'String(one) < String(two) → (String(one) >= String(two))',
    why: 'Which of two keys of one map is changed first moves neither: only the items of a list and what lies inside have an order.',
  },
  {
    file: 'src/report/mask-spec.ts',
    line: 'const properties = /^(?:[&!]\\S*\\s+)*/.exec(text.slice(start, Math.min(end, start + 400)))?.[0].length ?? 0;',
    change: '400 → (400 - 1)',
    why: 'Only how far anchors and tags before a scalar are looked for, so that a long text is not copied.',
  },
  {
    file: 'src/report/mask-spec.ts',
    line: 'const properties = /^(?:[&!]\\S*\\s+)*/.exec(text.slice(start, Math.min(end, start + 400)))?.[0].length ?? 0;',
    change: '0 → (0 + 1)',
    why: 'The expression matches every text, if only with nothing.',
  },
  {
    file: 'src/report/mask-spec.ts',
    line: "if (said.trim() !== '' && source.text.slice(start, end).trim() !== '') pieces.push({ start, end, value: said });",
    change: 'said.trim() → said',
    why: 'Blanks that are written as escapes would be masked as well, and they tell nothing.',
  },
  {
    file: 'src/report/mask-preview.ts',
    line: 'depth: 4,',
    change: '4 → (4 + 1)',
    why: 'Lines are looked at only in a resource, whose own line sets the depth first.',
  },
];
