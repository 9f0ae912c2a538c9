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
];
