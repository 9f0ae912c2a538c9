import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicyTest } from '../../../src/policy/test/read.ts';
import { runs } from '../../helpers/runs.ts';

/** Mistakes as `line:column message | hint`. */
function mistakesOf(text: string): string[] {
  return readPolicyTest(text).mistakes.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

const HEAD = 'policy: gce\ncases:\n';
const CASE = '- request: get pods\n  expect: Metadata\n';

describe('readPolicyTest', () => {
  it('reads a whole file', () => {
    const { test, mistakes } = readPolicyTest(`# comment
policy: ./mine.yaml
set: { quietUsers: [a, b], readsLevel: None, empty: "" }
kubernetesVersion: "1.30"
cases:
- name: one
  request: delete secrets/db -n prod --as alice
  expect: Metadata
- requests:
  - get /healthz
  - { verb: list, resource: pods, apiGroup: "", user: bob, groups: [x] }
  expect: { level: None, rule: 0, stages: [], omitManagedFields: false }
`);
    expect(mistakes).toEqual([]);
    const someone = { user: 'someone', groups: ['system:authenticated'] };
    const bob = { user: 'bob', verb: 'list', resource: 'pods', groups: ['x'] };
    expect(test).toEqual({
      policy: './mine.yaml',
      set: { quietUsers: 'a,b', readsLevel: 'None', empty: '' },
      kubernetesVersion: '1.30',
      places: { policy: { line: 2, column: 9 }, set: { line: 3, column: 6 } },
      cases: [
        {
          name: 'one',
          line: 6,
          column: 3,
          expect: { level: 'Metadata' },
          requests: [
            {
              text: 'delete secrets/db -n prod --as alice',
              line: 7,
              column: 12,
              notes: [],
              request: {
                user: 'alice',
                groups: ['system:authenticated'],
                verb: 'delete',
                isResourceRequest: true,
                resource: 'secrets',
                namespace: 'prod',
                name: 'db',
              },
            },
          ],
        },
        {
          name: 'get /healthz',
          line: 9,
          column: 3,
          expect: { level: 'None', rule: 0, stages: [], omitManagedFields: false },
          requests: [
            {
              text: 'get /healthz',
              line: 10,
              column: 5,
              notes: [],
              request: { ...someone, verb: 'get', isResourceRequest: false, path: '/healthz' },
            },
            { text: JSON.stringify(bob), line: 11, column: 5, notes: [], request: { ...bob, isResourceRequest: true } },
          ],
        },
      ],
    });
  });

  it('takes a map as exactly what the policy sees', () => {
    const request = (map: string) =>
      readPolicyTest(`${HEAD}- request: ${map}\n  expect: None\n`).test?.cases[0]?.requests[0]?.request;
    expect(request('{ verb: get, path: /x }')).toEqual({ verb: 'get', path: '/x', isResourceRequest: false });
    expect(request('{ verb: create, resource: pods, subresource: exec, namespace: "", name: web, user: a }')).toEqual({
      user: 'a',
      verb: 'create',
      resource: 'pods',
      subresource: 'exec',
      name: 'web',
      isResourceRequest: true,
    });
  });

  it('follows anchors and joins folded lines', () => {
    const text = `${HEAD}- request: &r >\n    get pods\n    -n prod\n  expect: &e { level: None }\n- request: *r\n  expect: *e\n`;
    const { test, mistakes } = readPolicyTest(text);
    expect(mistakes).toEqual([]);
    expect(test?.cases.map(({ requests }) => requests[0]?.text)).toEqual(
      ['get pods\n-n prod', 'get pods\n-n prod'].map((line) => line.replace('\n', ' ')),
    );
    expect(test?.cases[1]?.expect).toEqual({ level: 'None' });
  });

  it('tells all mistakes at once, in the order of the file', () => {
    expect(
      mistakesOf(`polcy: gce
kubernetesVersion: 1.30
set: [a]
tests: 3
cases:
- nam: x
  request: get scerets/db
  expect: Metdata
- name: 3
  request: get pods --asgroup dev
  requests: []
  expect: { level: None, rule: one, stages: [Received], managedFields: 1, omitManagedFields: no }
- request: { verb: get, resource: pods, path: /x, groups: dev, as: a }
  expect: {}
- request: { verb: 7, path: /x, name: y }
- requests: [3, '']
  expect:
- x
`),
    ).toEqual([
      '1:1 a policy test has no key "polcy" | Did you mean policy?',
      '1:1 a policy test needs the key policy',
      '2:20 kubernetesVersion must be a string, not 1.30 | Put it in quotes: "1.30".',
      '3:6 set must be a map, not a list | Write set: { PARAMETER: value }.',
      '4:1 a policy test has no key "tests" | Did you mean cases?',
      '6:3 a case has no key "nam" | Did you mean name?',
      '7:12 request "get scerets/db": there is no built-in resource "scerets" | Did you mean secrets? A custom resource is written with its group: tests.example.com.',
      '8:11 the level cannot be Metdata | Did you mean Metadata?',
      '9:3 a case has either one request or a list of requests | Give one of the keys request and requests.',
      '9:9 name must be a string, not 3 | Put it in quotes: "3".',
      '10:12 request "get pods --asgroup dev": a request has no flag --asgroup | Did you mean --as-group?',
      '11:13 requests must not be empty',
      '12:32 rule must be the number of a rule, not one | Rules count from 1; 0 is no rule.',
      '12:46 a stage cannot be Received | It is one of RequestReceived, ResponseStarted, ResponseComplete, Panic.',
      '12:57 an expectation has no key "managedFields" | Did you mean omitManagedFields?',
      '12:94 omitManagedFields must be true or false, not no',
      '13:12 a request is either for a resource or for a path | Give one of the keys resource and path.',
      '13:59 groups must be a list, not dev | Write [dev].',
      '13:64 a request has no key "as" | Did you mean user?',
      '14:11 an expectation needs the key level',
      '15:3 a case needs the key expect',
      '15:20 verb must be a string, not 7 | Put it in quotes: "7".',
      '15:39 a request for a path has no name | Leave it out.',
      '16:14 a request must be a line of text or a map, not 3 | A line is written like: delete secrets/db -n prod --as alice',
      '16:17 request "": the request has no verb | Write VERB RESOURCE or VERB /path, such as: get pods -n prod',
      '17:10 the level cannot be nothing | It is one of None, Metadata, Request, RequestResponse.',
      '18:3 a case must be a map, not x | Its keys are name, request, requests, expect.',
    ]);
  });

  it.each([
    ['', ['1:1 a policy test must be a map, not nothing | Its keys are policy, set, kubernetesVersion, cases.']],
    ['- a', ['1:1 a policy test must be a map, not a list | Its keys are policy, set, kubernetesVersion, cases.']],
    [
      'policy: { rules: [] }\ncases:\n' + CASE,
      [
        '1:9 the policy itself cannot stand here | Name a template such as kops, or a file relative to this one: ./mine.yaml',
      ],
    ],
    [
      `${HEAD}${CASE}---\n${HEAD}${CASE}`,
      ['5:1 a second document begins here | A test file has one; write another file.'],
    ],
    [`policy: gce\n${HEAD}${CASE}`, ['2:1 this key appears twice in its map | Keep one of them.']],
    ['policy: gce\ncases: *c\n', ['2:8 there is no anchor &c above']],
    ['policy: gce\ncases:\n\t- x\n', ['3:1 YAML does not allow a tab as indentation | Indent with spaces.']],
    ['policy: gce\ncases: []\n', ['2:8 cases must not be empty']],
    [
      'kubernetesVersion: "2.0"\n' + HEAD + CASE,
      ['1:20 "2.0" is not a Kubernetes version | Write it like 1.36 or 1.36.3.'],
    ],
    [
      'policy: [',
      ['1:10 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [`${HEAD}- { request: { verb: get, resource: "" }, expect: None }\n`, ['3:37 resource must be a string, not ""']],
    [`set: { [a]: b, ? { x: y } : c }\n${HEAD}${CASE}`, []],
    ['set: { a: }\n' + HEAD + CASE, ['1:11 a parameter must be a string or a list, not nothing']],
    [`- ${'['.repeat(20_000)}`, ['1:1 the YAML is nested too deeply']],
    ['a'.repeat(1024 * 1024 + 1), ['undefined:undefined a test file of more than 1 MiB is not read']],
  ])('says what is wrong with %j', (text, expected) => {
    const found = mistakesOf(text)
      .slice(0, 1)
      .map((mistake) => mistake.replace(/^\d+:\d+ (?=the YAML is nested)/, '1:1 '));
    expect(found).toEqual(expected);
  });

  it('reads on where a key stands twice', () => {
    expect(mistakesOf(`policy: gce\n${HEAD}- { request: get pods, expect: none }\n`)).toEqual([
      '2:1 this key appears twice in its map | Keep one of them.',
      '4:32 the level cannot be none | Did you mean None?',
    ]);
  });

  it('does not let aliases make a large test of a small file', () => {
    const text = `${HEAD}- &c\n  request: get pods\n  expect: None\n${'- *c\n'.repeat(10_000)}`;
    expect(mistakesOf(text)).toEqual(['4:3 more than 10000 requests are not read | Split it into several files.']);
  });

  it('never throws, whatever the text', () => {
    const pieces = [
      'policy: gce',
      'cases:',
      '- ',
      '  request: ',
      'get pods',
      '  expect: ',
      'None',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '!t ',
      ': ',
      '\n',
      '\t',
      '"',
      "'",
      '#',
      '|',
      '---',
      'stages: ',
      'verb: ',
      '? ',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 }))),
        (parts) => {
          const { test, mistakes } = readPolicyTest(parts.join(''));
          expect(test !== null || mistakes.length > 0).toBe(true);
        },
      ),
      runs(60, 500),
    );
  });
});
