import { describe, expect, it } from 'vitest';
import { type LocatedFinding, told } from '../../../src/lint/rule.ts';
import { lintText } from '../../../src/lint/lint-text.ts';

const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';

interface Parts {
  content?: string;
  server?: string;
  head?: string;
  more?: string;
}

const CONTENT = `|
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - level: None
        verb: [get]
      - level: Metadata`;

/** A Cluster whose policy begins at line 13. */
function cluster({ content = CONTENT, server = '', head = '', more = '' }: Parts = {}): string {
  return `${head}apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.36.0
  fileAssets:
  - name: audit-policy
    path: ${PATH}
    roles: [Master, ControlPlane, APIServer]
    # of ours
    content: ${content}
${more}  kubeAPIServer:
    auditPolicyFile: ${PATH}
    auditLogPath: /var/log/audit/audit.log
    auditLogMaxAge: 30
    auditLogMaxBackups: 10
    auditLogMaxSize: 100
${server}`;
}

async function lint(text: string): Promise<LocatedFinding[]> {
  const { findings, errors } = await lintText(text, 'c.yaml', { kopsVersion: null });
  expect(errors).toEqual([]);
  return findings;
}

async function found(text: string, rule: string): Promise<LocatedFinding> {
  const all = await lint(text);
  const [finding, ...others] = all.filter((each) => each.rule === rule);
  expect(others).toEqual([]);
  expect(all.map((each) => each.rule)).toContain(rule);
  return finding!;
}

describe('a Cluster with its policy', () => {
  it('shows a finding of the policy at its line in the file', async () => {
    expect(told(await found(cluster(), 'unknown-key'))).toMatchObject({
      message: 'rule 1: kube-apiserver does not know the key "verb" and ignores it',
      pointer: '/spec/fileAssets/0/content',
      source: '        verb: [get]',
      range: { start: { line: 18, column: 9 } },
    });
  });

  it('does so in a file with CRLF', async () => {
    const text = cluster().replaceAll('\n', '\r\n');
    const { source, range } = await found(text, 'unknown-key');
    expect(source).toBe('        verb: [get]');
    expect(range.start).toEqual({ line: 18, column: 9, offset: text.indexOf('verb:') });
  });

  it.each([
    ['in quotes', JSON.stringify('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verb: [get]\n')],
    ['folded', `>2\n${CONTENT.split('\n').slice(1).join('\n\n')}`],
  ])('shows the content, and names the line of the policy, where it is %s', async (_form, content) => {
    const finding = await found(cluster({ content }), 'unknown-key');
    expect(told(finding).message).toMatch(
      /^line \d+ of the policy: rule 1: kube-apiserver does not know the key "verb"/,
    );
    expect(finding.range.start.line).toBe(12);
    expect(finding).not.toHaveProperty('source');
  });

  it('says of a policy that is refused what the loader says, once', async () => {
    const findings = await lint(cluster({ content: CONTENT.replace('None', 'none') }));
    expect(findings.filter(({ fatal }) => fatal).map(({ range }) => range.start.line)).toEqual([17]);
    expect(findings.map(({ rule }) => rule)).not.toContain('policy-refused');
  });

  it('takes ignore comments of the policy and of the Cluster', async () => {
    const inside = CONTENT.replace('verb: [get]', 'verb: [get] # kops-audit-ignore unknown-key it is for later');
    expect(await found(cluster({ content: inside }), 'unknown-key')).toMatchObject({ ignored: 'it is for later' });
    const above = cluster().replace('# of ours', '# kops-audit-ignore unknown-key so be it');
    expect(await found(above, 'unknown-key')).toMatchObject({ ignored: 'so be it' });
    const head = cluster({ head: '# kops-audit-ignore unknown-key for all\n' });
    expect(await found(head, 'unknown-key')).toMatchObject({ ignored: 'for all' });
  });

  it('takes no comment out of another file asset', async () => {
    const more = '  - name: script\n    path: /opt/x\n    content: |\n      # kops-audit-ignore nope x\n      true\n';
    expect((await lint(cluster({ more }))).map(({ rule }) => rule)).not.toContain('ignore-unknown-rule');
  });

  it('never has a source line that could be secret', async () => {
    const more = `  - {name: hook, path: /opt/x, content: "s3cr3t"}
  - name: old
    path: /opt/y
    content: "s3cr3t apiVersion: audit.k8s.io/v1"
    isbase64: true
`;
    const findings = await lint(cluster({ more, server: '    auditLogFoo: s3cr3t\n' }));
    const shown = findings.flatMap(({ source }) => source ?? []);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.join('\n')).not.toContain('s3cr3t');
  });

  it('has the place of a value that kOps cannot read', async () => {
    const { errors } = await lintText(cluster().replace(': 30', ': thirty'), 'c.yaml', { kopsVersion: null });
    expect(errors.map(({ message, place }) => [message, place])).toEqual([
      [
        'spec.kubeAPIServer.auditLogMaxAge is a string; kOps wants a whole number without quotes, at most 2147483647',
        { file: 'c.yaml', line: 23, column: 21 },
      ],
    ]);
  });
});

/** The findings of a Cluster with other audit settings: rule, message, line. */
async function settings(server: string): Promise<[string, string, number][]> {
  const text = cluster().replace(/( {2}kubeAPIServer:\n)[\s\S]*/, `$1${server}`);
  const own = /^(cis-|policy-without|backend-|log-loses)/;
  return (await lint(text))
    .filter(({ rule }) => own.test(rule))
    .map(told)
    .map(({ rule, message, range }) => [rule, message, range.start.line]);
}

describe('advice on the flags', () => {
  it('is content with what enable writes', async () => {
    expect((await lint(cluster())).filter(({ rule }) => rule.startsWith('cis-'))).toEqual([]);
  });

  it('tests what CIS tests, as it is written', async () => {
    const server = `    auditPolicyFile: ${PATH}\n    auditLogPath: /var/log/audit/audit.log\n    auditLogMaxAge: 0\n    auditLogMaxSize: 99\n`;
    expect(await settings(server)).toEqual([
      ['cis-log-max-backups', 'auditLogMaxBackups is not set; CIS 1.2.18 wants at least 10', 20],
      [
        'cis-log-max-age',
        'auditLogMaxAge is 0; CIS 1.2.17 wants at least 30 (0 keeps files of any age, but the check wants a number)',
        23,
      ],
      ['cis-log-max-size', 'auditLogMaxSize is 99; CIS 1.2.19 wants at least 100', 24],
    ]);
  });

  it('says that auditing is off', async () => {
    const text = cluster({ content: 'no policy' }).replace(
      /( {2}kubeAPIServer:\n)[\s\S]*/,
      '$1    anonymousAuth: false\n',
    );
    expect((await lint(text)).map(told).map(({ rule, message, range }) => [rule, message, range.start.line])).toEqual([
      ['cis-policy-file', 'auditPolicyFile is not set: auditing is off (CIS 3.2.1)', 13],
      ['cis-log-path', 'auditLogPath is not set (CIS 1.2.16)', 13],
    ]);
  });

  it('says it once where a policy is there that no setting points to', async () => {
    expect(await settings('    anonymousAuth: false\n')).toEqual([]);
  });

  it('says that a policy or a log is of no use alone', async () => {
    expect((await settings(`    auditPolicyFile: ${PATH}\n`))[1]).toEqual([
      'policy-without-backend',
      'there is an audit policy, but neither a log nor a webhook',
      21,
    ]);
    expect((await settings('    auditLogPath: "-"\n'))[0]).toEqual([
      'backend-without-policy',
      'auditLogPath is set, but auditPolicyFile is not',
      21,
    ]);
  });

  it.each([
    ['Request', 1, true],
    ['RequestResponse', 9, true],
    ['RequestResponse', 10, false],
    ['Metadata', 1, false],
  ])('says that large events are lost: level %s, %d MB', async (level, size, lost) => {
    const text = cluster({ content: CONTENT.replace('Metadata', level) }).replace('Size: 100', `Size: ${size}`);
    const rules = (await lint(text)).map(({ rule }) => rule);
    expect(rules.includes('log-loses-large-events')).toBe(lost);
  });
});

it.each([
  ['rules: [\n', 2],
  ['metadata: {name: a}\nspec: {\n', 3],
])('says where a text without a kind cannot be read: %j', async (text, line) => {
  const { errors } = await lintText(text, 'c.yaml', { kopsVersion: null });
  expect(errors.map(({ message, place }) => [message, place?.line])).toEqual([
    ['is not valid YAML: did not find expected node content', line],
  ]);
});

it.each(['- level: None\n', 'rules: []\n'])('says what to give instead of a text without a kind: %j', async (text) => {
  const { errors } = await lintText(text, 'c.yaml', { kopsVersion: null });
  expect(errors.map(({ message }) => message)).toEqual([
    'no audit policy and no Cluster here, only a document without a kind',
  ]);
});
