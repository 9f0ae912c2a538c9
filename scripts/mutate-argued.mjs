// Mutations of `mutate.mjs` that change nothing a test could see, each with the reason: file, the line that holds it, the change as
// the tool prints it, why.
export const ARGUED = [
  {
    file: 'src/policy/decide/compile.ts',
    line: 'return dimension(slots, ({ user }) => (user === undefined ? -1 : users.of(user)), matchesUser);',
    change: '1 → (1 - 1)',
    why: 'Key 0 is that of the users that no rule names: no list matches them, and none matches a request without a user.',
  },
  {
    file: 'src/policy/decide/compile.ts',
    line: 'isResourceRequest === true ? namespaces.of(namespace) : -1;',
    change: '1 → (1 + 1)',
    why: 'Any number that is no class is a key of its own.',
  },
  {
    file: 'src/policy/decide/compile.ts',
    line: 'return path.length <= LONGEST_PATH ? path : undefined;',
    change: 'path.length <= LONGEST_PATH → (path.length > LONGEST_PATH)',
    why: 'A request without a key gets the same mask, worked out each time: it is about memory, not about decisions.',
  },
  {
    file: 'src/policy/decide/compile.ts',
    line: "if (size > Number.MAX_SAFE_INTEGER || (resourceClass === 0 && resource.includes('/'))) return undefined;",
    change: "'/' → ''",
    why: 'As above: more requests have no key, and are tested each time.',
  },
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
    file: 'src/policy/decide/compile.ts',
    line: 'return { size: numbers.size + 1, of: (value) => numbers.get(value) ?? 0 };',
    change: '1 → (1 + 1)',
    why: 'A size above the true one leaves gaps between the keys, which stay different from each other.',
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
