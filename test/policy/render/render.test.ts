import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { type RenderOptions, renderPolicy } from '../../../src/policy/render/render.ts';
import { readStamp } from '../../../src/policy/render/stamp.ts';
import { runs } from '../../helpers/runs.ts';

const TEMPLATE = `# Title.
#
# Summary.
#
# Keeps of API traffic: 50.0 % of events, 40.5 % of bytes
#
# param quiet: users to leave out
# param rest (Metadata|Request): for the rest
apiVersion: audit.k8s.io/v1
kind: Policy
# for the bodies
omitManagedFields: !since:1.23 true # note
rules:
# first
- level: None
  users: !param:quiet
  - alice
  - bob # two

# second
- level: !param:rest Metadata   # the rest
  omitStages: [RequestReceived]
# last
- level: None
  resources:
  - group: !since:1.36 "*"
    resources: [pods, !param:extra services]
`;

function render(source: string, options: Partial<RenderOptions> = {}): string {
  const { text } = renderPolicy(source, { name: 'test', toolVersion: '1.2.3', ...options });
  return text.slice(text.indexOf('\n') + 1);
}

function failure(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a template', () => {
  it('loses its tags and parameter lines, and nothing else', () => {
    expect(render(TEMPLATE)).toBe(
      TEMPLATE.replace(/#\n# param quiet.*\n# param rest.*\n/, '')
        .replaceAll(/ ?!(param:quiet)/g, '')
        .replaceAll(/!(param|since):\S+ /g, ''),
    );
  });

  it('takes values', () => {
    const text = render(TEMPLATE, { set: { quiet: 'carol, system:node:a,yes', rest: 'Request', extra: 'a b' } });
    expect(text).toContain('\n  users: [carol, system:node:a, "yes"]\n\n# second\n- level: Request   # the rest\n');
    expect(text).toContain('    resources: [pods, "a b"]\n');
    expect(text).not.toContain('Keeps of');
    expect(loadPolicy(text).policy?.rules[0]).toEqual({ level: 'None', users: ['carol', 'system:node:a', 'yes'] });
  });

  it('drops a rule whose selector is empty, since it would match everything', () => {
    const text = render(TEMPLATE, { set: { quiet: '' } });
    expect(text).toContain('\nrules:\n\n# second\n- level: Metadata');
    expect(loadPolicy(text).policy?.rules).toHaveLength(2);
  });

  it('drops what is newer than the Kubernetes version', () => {
    const source = TEMPLATE.replace('!since:1.36 "*"', 'apps');
    expect(render(source, { kubernetesVersion: '1.22.17' })).not.toMatch(/omitManagedFields|for the bodies/);
    expect(render(source, { kubernetesVersion: '1.23.0' })).toContain(
      '# for the bodies\nomitManagedFields: true # note\n',
    );
  });

  it('says which values it used', () => {
    const { parameters } = renderPolicy(TEMPLATE, { name: 'test', toolVersion: '1', set: { rest: 'Request' } });
    expect(parameters).toEqual([
      {
        name: 'quiet',
        description: 'users to leave out',
        type: 'list',
        default: ['alice', 'bob'],
        value: ['alice', 'bob'],
      },
      {
        name: 'rest',
        description: 'for the rest',
        type: 'text',
        allowed: ['Metadata', 'Request'],
        default: 'Metadata',
        value: 'Request',
      },
      { name: 'extra', description: '', type: 'text', default: 'services', value: 'services' },
    ]);
  });

  it.each([
    [{ quite: 'a' }, 'the policy test has no parameter "quite"', 'Did you mean quiet? It has quiet, rest, extra.'],
    [{ banana: 'a' }, 'the policy test has no parameter "banana"', 'It has quiet, rest, extra.'],
    [{ rest: 'None' }, '"None" is not a value for the parameter rest', 'Allowed are Metadata, Request.'],
    [
      { rest: 'request' },
      '"request" is not a value for the parameter rest',
      'Did you mean Request? Allowed are Metadata, Request.',
    ],
    [{ extra: '' }, 'the parameter extra cannot be empty', undefined],
  ])('refuses %j', (set, message, hint) => {
    const error = failure(() => render(TEMPLATE, { set: set as unknown as Record<string, string> }));
    expect([error.message, error.hint]).toEqual([message, hint]);
  });

  it('keeps any value one value', () => {
    const word = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((text) => !text.includes(',') && text.trim() !== '' && !/\p{Surrogate}/u.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const text = render(TEMPLATE, { set: { quiet: words.join(',') } });
        expect(loadPolicy(text).policy?.rules[0]?.users).toEqual(words.map((item) => item.trim()));
      }),
      runs(25, 300),
    );
  });
});

describe('a template that is wrong', () => {
  const rules = (text: string): string => `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${text}`;

  it.each([
    [
      '- level: !param:x metadata\n',
      'the default metadata of the parameter x is not one of None, Metadata, Request, RequestResponse',
    ],
    ['- level: None\n  users: !param:x alice\n', 'the default of the parameter x is no list'],
    ['- level: None\n  omitManagedFields: !param:x "yes"\n', 'the default of the parameter x is no boolean'],
    ['- !param:x {level: None}\n', 'the parameter x is at rules.0, where nothing can be set'],
    [
      '- level: !param:x None\n- level: !param:x Metadata\n',
      'the parameter x is used in several places, but not with the same type and default',
    ],
    ['- level: !param:9 None\n', '!param:9 is not a tag that can be used here'],
    ['- level: !since:36 None\n', '!since:36 is not a tag that can be used here'],
    ['- {level: None, omitManagedFields: !since:1.36 true}\n', '!since at rules.0.omitManagedFields cannot be removed'],
    ['- level: None\n  verbs:\n  - !since:1.36 get\n', '!since at rules.0.verbs.0 cannot be removed'],
    ['  [{level: None, users: !param:x []}]\n', 'the parameter x cannot be empty here'],
    ['- level: None\n  resources:\n  - resources: !param:x []\n', 'the parameter x cannot be empty'],
  ])('%j', (text, message) => {
    expect(failure(() => render(rules(text), { kubernetesVersion: '1.30.0' })).message).toBe(message);
  });

  it('narrows only to what the place allows', () => {
    const source = `# param x (Some|None): y\n${rules('- level: !param:x None\n')}`;
    expect(failure(() => render(source)).message).toBe('the parameter x cannot be Some');
  });
});

describe("a person's own file", () => {
  const own = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata # all\n';

  it('keeps its text and comments', () => {
    expect(render(own)).toBe(own);
    expect(render(`# param of mine: not one\n${own}`)).toBe(`# param of mine: not one\n${own}`);
  });

  it('is normalised', () => {
    const messy = `\uFEFF${own.replaceAll('\n', '  \r\n').replace('# all', '#\tall')}\r\n\r\n---\nother: document\n`;
    const { text, diagnostics } = renderPolicy(messy, { name: 'own', toolVersion: '1' });
    expect(text.slice(text.indexOf('\n') + 1)).toBe(own);
    expect(diagnostics).toMatchObject([{ severity: 'warning', line: 8 }]);
  });

  it('is the same when rendered again, with the stamp replaced', () => {
    const once = renderPolicy(own, { name: 'own', toolVersion: '1', made: ['x'] }).text;
    const twice = renderPolicy(once, { name: 'own', toolVersion: '1', made: ['x'] });
    expect(twice.text).toBe(once);
    expect(twice.stamp).toEqual({ policy: 'own', version: '1', set: {}, made: ['x'], edited: false });
    const other = renderPolicy(once, { name: 'new', toolVersion: '2' }).text;
    expect(other.match(/kops-audit/g)).toHaveLength(1);
    expect(readStamp(other)).toMatchObject({ policy: 'new', version: '2', made: [] });
  });

  it.each([
    ['rules', '"rules":[{"level":"None","users":["a"]},{"level":"Request"}],"rules":[{"level":"Metadata"}]'],
    ['level', '"rules":[{"level":"None","level":"Metadata"}]'],
    ['users', '"rules":[{"level":"None","users":["a","b"],"users":["c"]},{"level":"Metadata"}]'],
    [
      'a group',
      '"rules":[{"level":"None","resources":[{"group":"a","resources":["x"]}],"resources":[{"group":"b"}]},{"level":"Metadata"}]',
    ],
    ['omitStages', '"omitStages":["RequestReceived"],"omitStages":null,"rules":[{"level":"Metadata"}]'],
    ['a half character', '"rules":[{"level":"None","users":["\\ud83c"]},{"level":"Metadata"}]'],
  ])('may be JSON with the same key twice: it stays the policy that Go holds (%s)', (_key, members) => {
    const source = `{"apiVersion":"audit.k8s.io/v1","kind":"Policy",${members}}`;
    const { policy } = loadPolicy(source);
    expect(policy).not.toBeNull();
    expect(loadPolicy(render(source)).policy).toEqual(policy);
  });

  it('may be JSON', () => {
    const text = render(
      '{\n\t"apiVersion": "audit.k8s.io/v1", "rules": [{"level": "None", "users": ["ü\\u0007\\t", "\\/"]}]}',
    );
    expect(text).toMatch(/^\{\n {2}"apiVersion"/);
    expect(loadPolicy(`# x\n${text}`)).toMatchObject({
      policy: { rules: [{ level: 'None', users: ['ü\u0007\t', '/'] }] },
      diagnostics: [],
    });
  });

  it('is refused with its place', () => {
    const error = failure(() =>
      renderPolicy(`${own}- level: all\n`, { name: 'audit.yaml', file: './audit.yaml', toolVersion: '1' }),
    );
    expect(error.message).toBe('rule 2: "all" is not a level');
    expect(error.place).toEqual({ file: './audit.yaml', line: 5, column: 10 });
  });

  it('is refused where a tab is part of a text', () => {
    expect(failure(() => render(own.replace('# all', '\n  users: ["a\tb"]'))).message).toMatch(
      /^a text in the policy holds a tab/,
    );
    expect(render(own.replace('# all', '\n  users: ["a\\tb"]'))).toContain('"a\\tb"');
  });

  it('has the form that kOps prints as a block, and the same meaning, whatever its blanks', () => {
    const blank = fc.constantFrom('', ' ', '\t', '  ', ' # c', '\t# c\t');
    fc.assert(
      fc.property(fc.array(blank, { minLength: 3, maxLength: 3 }), fc.constantFrom('\n', '\r\n'), (blanks, end) => {
        const source = own
          .split('\n')
          .map((line, at) => (line ? line + (blanks[at] ?? '') : line))
          .join(end);
        const text = render(source);
        expect(text).toMatch(/^[^\t\r\uFEFF]*[^\n]\n$/);
        expect(text).not.toMatch(/[ \t]$/m);
        expect(loadPolicy(text).policy).toEqual(loadPolicy(own).policy);
        expect(render(text)).toBe(text);
      }),
    );
  });

  // Whatever grows faster than the text would take hours here.
  it('is dealt with, however odd', () => {
    const long = 300_000;
    const odd = [
      `# param x${' '.repeat(long)}y\n${own}`,
      `# ${' '.repeat(long)}y\n${own}`,
      `${own}# ${' '.repeat(long)}x\n`,
      `${own}---\n${'\n'.repeat(long)}x\n`,
      `${own}${'# -\n'.repeat(long / 4)}`,
      `${own}#${' -'.repeat(long / 2 - 100)}`,
    ];
    for (const source of odd)
      expect(renderPolicy(source, { name: 'own', toolVersion: '1' }).policy.rules).toHaveLength(1);
  });
});
