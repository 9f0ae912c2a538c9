import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { insertRules, ruleLines } from '../../../src/policy/order/insert-rules.ts';
import { stampText } from '../../../src/policy/render/stamp.ts';
import type { Policy, PolicyRule } from '../../../src/policy/types.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const QUIET: PolicyRule = { level: 'None', users: ['a"b', 'yes', 'system:x'], resources: [{ resources: ['pods/*'] }] };

function inserted(text: string, before: number, rule = QUIET): string {
  const { policy } = loadPolicy(text);
  if (!policy) throw new Error('no policy');
  const wanted: Policy = { ...policy, rules: policy.rules.toSpliced(before - 1, 0, rule) };
  return insertRules(text, [{ rule, before, comment: 'why' }], wanted);
}

const SAID = `# why
- level: None
  users: ["a\\"b", "yes", "system:x"]
  resources:
  - group: ""
    resources: ["pods/*"]
`;

describe('a rule that is put in', () => {
  it('stands in front of the comments of the next one, and all else stays', () => {
    const text = `${HEAD}rules: # in order

- level: Metadata # m
  verbs: [get]
  # inner

# the rest
- level: Request
# at the end
omitStages: [Panic]
`;
    const [one = '', other = ''] = text.split('# the rest\n');
    expect(inserted(text, 2)).toBe(`${one}${SAID}# the rest\n${other}`);
  });

  it('has the dashes and line ends of the others', () => {
    const text = `${HEAD}rules:\n  # all\n  - level: Metadata\n`.replaceAll('\n', '\r\n');
    const own = SAID.replaceAll(/^(?=.)/gm, '  ');
    expect(inserted(text, 1)).toBe(`${HEAD}rules:\n${own}  # all\n  - level: Metadata\n`.replaceAll('\n', '\r\n'));
  });

  it('is in brackets where they are', () => {
    expect(inserted(`${HEAD}rules: [{level: Metadata}]\n`, 1)).toBe(
      `${HEAD}rules: [{"level": "None", "users": ["a\\"b", "yes", "system:x"], "resources": [{"group": "", "resources": ["pods/*"]}]}, {level: Metadata}]\n`,
    );
  });

  it('takes a stamp off, which would be about another policy', () => {
    const text = `${HEAD}rules:\n- level: Metadata\n`;
    const stamped = stampText(text, { policy: 'p', version: '1', set: {}, made: [] });
    expect(inserted(stamped, 1)).toBe(inserted(text, 1));
  });

  it('is refused where the text would mean something else', () => {
    const text = `${HEAD}rules:\n- level: Metadata\n`;
    const { policy } = loadPolicy(text);
    const add = (): string =>
      insertRules(text, [{ rule: QUIET, before: 1, comment: 'why' }], policy ?? { rules: [] }, { file: 'mine.yaml' });
    expect(add).toThrow('the rules cannot be put into this text');
  });
});

it('writes what is too long for a line as a list', () => {
  const users = Array.from({ length: 4 }, (_, at) => `system:serviceaccount:kube-system:${at}`);
  expect(ruleLines({ level: 'None', users, verbs: ['get'] }, 60)).toEqual([
    '- level: None',
    '  users:',
    ...users.map((user) => `  - ${user}`),
    '  verbs: [get]',
  ]);
  const resources = ['daemonsets/status', 'deployments/status', 'replicasets/status', 'statefulsets/status'];
  expect(ruleLines({ level: 'None', resources: [{ group: 'apps', resources }] }, 80)).toEqual([
    '- level: None',
    '  resources:',
    '  - group: apps',
    '    resources:',
    ...resources.map((resource) => `    - ${resource}`),
  ]);
  for (let columns = 40; columns < 120; columns += 1) {
    const lines = ruleLines({ level: 'None', verbs: resources, resources: [{ group: 'apps', resources }] }, columns);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
  }
});
