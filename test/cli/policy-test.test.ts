import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
import { expectShortError } from './short-error.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const FILES: Readonly<Record<string, string>> = {
  'policies/mine.yaml': `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: !param:quiet [system:kube-proxy]
- level: Metadata
`,
  'policies/odd.yaml':
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  user: [a]\n- level: Metadata\n',
  'policies/broken.yaml': 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metdata\n',
  'tests/good.policy-test.yaml':
    'policy: ../policies/mine.yaml\ncases:\n- { name: people, request: get pods/a --as alice, expect: Metadata }\n',
  'tests/quiet.policy-test.yaml':
    'policy: ../policies/mine.yaml\ncases:\n- { name: quiet, request: get pods/a --as system:kube-proxy, expect: None }\n',
  'tests/set.policy-test.yaml':
    'policy: ../policies/mine.yaml\nset: { quiet: [a, b] }\ncases:\n- { name: set, request: get pods/a --as b, expect: { level: None, rule: 1 } }\n',
  'tests/fails.policy-test.yaml':
    'policy: ../policies/mine.yaml\ncases:\n- { name: people, request: get pods/a --as alice, expect: Request }\n',
  'tests/odd.policy-test.yaml':
    'policy: ../policies/odd.yaml\ncases:\n- { name: b, request: get pods/a --as b, expect: Metadata }\n',
  'tests/bad.policy-test.yaml': 'policy: gec\ncases:\n- { request: get pods/a, expect: none }\n',
  'tests/broken.policy-test.yaml': 'policy: ../policies/broken.yaml\ncases:\n- { request: get pods/a, expect: None }\n',
  'tests/missing.policy-test.yaml': 'cases:\n- { request: get pods/a, expect: None }\npolicy: ../policies/none.yaml\n',
  'tests/unset.policy-test.yaml':
    'policy: gce\nset: { queitUsers: [a] }\ncases:\n- { request: get pods/a, expect: None }\n',
  'cluster.policy-test.yaml': 'policy: ./cluster.yaml\ncases:\n- { request: get pods/a, expect: Metadata }\n',
  'cluster.yaml': `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.30.0
  kubeAPIServer:
    auditPolicyFile: /srv/kubernetes/kube-apiserver/audit.yaml
    auditLogPath: /var/log/kube-audit/audit.log
  fileAssets:
  - name: audit
    path: /srv/kubernetes/kube-apiserver/audit.yaml
    roles: [ControlPlane]
    content: |
      apiVersion: audit.k8s.io/v1
      kind: Policy
      rules:
      - level: Metadata
`,
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kops-audit-policy-test-'));
  await mkdir(join(folder, 'tests'));
  await mkdir(join(folder, 'policies'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function policyTest(args: string[], input = ''): Promise<CliResult> {
  const env = { PATH: '/nonexistent', HOME: folder };
  return runCli(['policy', 'test', ...args], { cwd: folder, env, input });
}

const at = (name: string): string => `tests/${name}.policy-test.yaml`;

describe('policy test', () => {
  it('passes our own tests, which decide each rule', async () => {
    const files = ['gce', 'kops', 'metadata'].map((name) =>
      join(ROOT, `test/policy/templates/${name}.policy-test.yaml`),
    );
    const { exitCode, stdout, stderr } = await policyTest(['--min-coverage', '100', ...files]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe('3 files, 48 cases passed; 33 of 33 rules decided\n');
  });

  it('puts the coverage of files together that test one policy', async () => {
    expect((await policyTest([at('good')])).stdout).toBe('1 file, 1 case passed; 1 of 2 rules decided\n');
    const both = await policyTest([at('good'), at('quiet'), '--min-coverage', '100']);
    expect(both).toMatchObject({ exitCode: 0, stdout: '2 files, 2 cases passed; 2 of 2 rules decided\n' });
    const other = await policyTest([at('good'), at('set')]);
    expect(other.stdout).toBe('2 files, 2 cases passed; 2 of 4 rules decided\n');
  });

  it('fails for too little coverage', async () => {
    const { exitCode, stdout } = await policyTest([at('good'), '--min-coverage', '50.1']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'FAIL  coverage of policies/mine.yaml: 1 of 2 rules decided (50 %), less than\n      50.1 %\n',
    );
    expect(stdout).toContain('        get pods/example --as system:kube-proxy\n');
    expect((await policyTest([at('good'), '--min-coverage', '50'])).exitCode).toBe(0);
  });

  it('fails for a failed case', async () => {
    const { exitCode, stdout, stderr } = await policyTest([at('good'), at('fails')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(/^FAIL {2}tests\/fails\.policy-test\.yaml:3: people\n/);
    expect(stdout).toMatch(/\n2 files, 1 of 2 cases failed; 1 of 2 rules decided\n$/);
  });

  it('runs the other files where one cannot be read, and says so with status 2', async () => {
    const { exitCode, stdout, stderr } = await policyTest([at('bad'), at('fails'), 'nowhere.yaml']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/\n3 files \(2 could not be run\), 1 of 1 case failed; 1 of 2 rules decided\n$/);
    expect(stderr).toBe(`error: tests/bad.policy-test.yaml:1:9: there is no policy template named gec
  hint: Did you mean gce? Templates: kops, metadata, gce. A file of your own
    needs a slash or the ending .yaml: ./gec.yaml
error: tests/bad.policy-test.yaml:3:34: the level cannot be none
  hint: Did you mean None?
error: nowhere.yaml: cannot be read: there is no such file
`);
  });

  it.each([
    [
      'missing',
      /^error: tests\/missing\.policy-test\.yaml:3:9: the policy policies\/none\.yaml cannot be read: there is no such file/,
    ],
    ['broken', /^error: policies\/broken\.yaml:4:10: rule 1: .*Metdata/],
    ['unset', /^error: tests\/unset\.policy-test\.yaml:2:6: the policy gce has no parameter "queitUsers"/],
  ])('says where a policy is wrong that cannot be tested: %s', async (name, message) => {
    const { exitCode, stdout, stderr } = await policyTest([at(name)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '1 file (1 could not be run)\n' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(message);
  });

  it('tells once what is odd about a policy', async () => {
    const { exitCode, stderr } = await policyTest([at('odd'), at('odd')]);
    expect(exitCode).toBe(1);
    expect(stderr.replaceAll('\n', ' ')).toMatch(/^warning: policies\/odd\.yaml:5: rule 1: .*"user"/);
    expect(stderr.match(/warning:/g)).toHaveLength(1);
  });

  it('runs some cases by their names', async () => {
    expect((await policyTest(['--run', '^pe', at('good'), at('quiet')])).stdout).toBe('2 files, 1 case passed\n');
    expectShortError(
      await policyTest(['--run', 'nobody', at('good')]),
      /^error: no case has a name that matches --run nobody/,
    );
  });

  it('reads stdin, with paths from the working directory', async () => {
    const text = FILES[at('good')]!.replace('../policies', './policies');
    expect(await policyTest(['-'], text)).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await policyTest(['-'], 'policy: gce\n')).stderr).toBe(
      'error: stdin:1:1: a policy test needs the key cases\n',
    );
  });

  it('tests the policy embedded in a cluster spec', async () => {
    expect(await policyTest(['cluster.policy-test.yaml'])).toMatchObject({
      exitCode: 0,
      stdout: '1 file, 1 case passed; 1 of 1 rule decided\n',
    });
  });

  it('writes JUnit and JSON, and nothing else to stdout', async () => {
    const junit = await policyTest(['-o', 'junit', at('fails'), at('bad')]);
    expect(junit.exitCode).toBe(2);
    expect(junit.stdout).toMatch(
      /^<\?xml[^]*<testsuites name="kops-audit policy test" tests="2" failures="1" errors="1">[^]*<\/testsuites>\n$/,
    );
    const json = await policyTest(['-o', 'json', at('fails')]);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'PolicyTestReport', passed: false });
  });

  it('prints the schema', async () => {
    const { stdout, exitCode } = await policyTest(['--schema']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(readFileSync(join(ROOT, 'templates/policy-test.schema.json'), 'utf8'));
  });

  it.each([
    [[], /^error: no test file given hint: Give one or more/],
    [['-o', 'tap', 'x'], /^error: --output tap is not known hint: Give one of text, junit, json\./],
    [['--run', '(', 'x'], /^error: --run \( is not a regular expression hint: /],
    [
      ['--min-coverage', '101', 'x'],
      /^error: --min-coverage 101 is not a percentage hint: Give a number from 0 to 100\./,
    ],
    [['--min-coverage', 'all', 'x'], /^error: --min-coverage all is not a percentage/],
    [
      ['--min-coverage', '9', '--run', 'a', 'x'],
      /^error: --min-coverage is about all cases, and --run leaves some out/,
    ],
    [['--coverage', '--run', 'a', 'x'], /^error: --coverage is about all cases/],
    [['-', '-'], /^error: stdin can be read only once/],
  ])('refuses %j', async (args, message) => {
    expectShortError(await policyTest(args), message);
  });
});
