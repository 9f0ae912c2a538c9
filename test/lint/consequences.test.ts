import { describe, expect, it } from 'vitest';
import { CONSEQUENCES } from '../../src/lint/consequences.ts';
import { CONFIG_RULES } from '../../src/lint/kubeadm/config.ts';
import { SERVER_RULES } from '../../src/lint/kubeadm/lint-servers.ts';
import { ADVICE_RULES, CLUSTER_RULES } from '../../src/lint/lint-cluster.ts';
import { lintText } from '../../src/lint/lint-text.ts';
import { ERROR_CODES, NOT_JUDGED, TEMPLATE_NOT_RENDERED, WARNING_CODES } from '../../src/lint/policy/diagnostics.ts';
import { POLICY_RULES } from '../../src/lint/policy/rules.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n';
const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const LOG = 'auditLogPath: /var/log/kube-audit/audit.log';

/** A Cluster with a policy that is fine but for what the arguments put into it. */
function cluster(
  settings: readonly string[],
  asset: readonly string[] = [`path: ${PATH}`, 'roles: [Master, ControlPlane, APIServer]'],
): string {
  return `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.33.1
  fileAssets:
  - name: audit
${asset.map((line) => `    ${line}`).join('\n')}
    content: |
${`# kops-audit-ignore noise-recorded a short one\n${HEAD}- level: Metadata`.replaceAll(/^/gm, '      ')}
  kubeAPIServer:
${settings.map((line) => `    ${line}`).join('\n')}
`;
}

/** What is told of a text by itself, and what follows from what: `rule < cause`. */
async function told(text: string, kopsVersion: string | null = null): Promise<string[]> {
  const { findings } = await lintText(text, 'a.yaml', { kopsVersion });
  return findings
    .filter(({ ignored }) => ignored === undefined)
    .map(({ rule, followsFrom }) => (followsFrom ? `${rule} < ${followsFrom.rule}:${followsFrom.start.line}` : rule))
    .toSorted();
}

const BOUNDS = ['auditLogMaxAge: 30', 'auditLogMaxBackups: 10', 'auditLogMaxSize: 100'];
const GROUPS = ['Master', 'APIServer']
  .map(
    (role) =>
      `---\napiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata: {name: ${role.toLowerCase()}, labels: {kops.k8s.io/cluster: a.example.com}}\nspec: {role: ${role}}\n`,
  )
  .join('');

describe('withConsequences', () => {
  it('takes a policy that is refused and what could not be looked at for one', async () => {
    expect(await told(`${HEAD}- level: metadata\n`)).toEqual(['policy-not-judged < unknown-level:5', 'unknown-level']);
  });

  it('takes what a rule does that lost a selector for a consequence, but nothing worse than that', async () => {
    const text = `${HEAD}- level: RequestResponse\n  verb: [create]\n  omitManagedFields: true\n- level: None\n  users: [a]\n`;
    expect(await told(text)).toEqual([
      'catch-all-not-last < unknown-key:6',
      'noise-recorded',
      'patches-lost < unknown-key:6',
      'policy-records-config-maps < unknown-key:6',
      'policy-records-credential-requests < unknown-key:6',
      'policy-records-secrets',
      'unknown-key',
    ]);
  });

  it('keeps what another rule of the policy does apart', async () => {
    const text = `${HEAD}- level: None\n  users: [a]\n- level: Metadata\n  verb: [get]\n`;
    expect(await told(text)).toEqual(['noise-recorded', 'sensitive-changes-dropped', 'unknown-key']);
  });

  it('tells of all that a policy writes in one rule with the worst of it', async () => {
    const text = `${HEAD}- level: Request\n  omitManagedFields: true\n  resources: [{group: ""}]\n- level: Metadata\n`;
    expect((await told(text)).filter((rule) => rule.startsWith('policy-records'))).toEqual([
      'policy-records-config-maps < policy-records-secrets:5',
      'policy-records-credential-requests < policy-records-secrets:5',
      'policy-records-secrets',
    ]);
  });

  it.each([
    [
      'auditPolicyFile',
      [`auditPolicyfile: ${PATH}`, LOG, ...BOUNDS],
      ['backend-without-policy < key-dropped:19', 'key-dropped', 'policy-unused < key-dropped:19'],
    ],
    [
      'auditLogPath',
      [`auditPolicyFile: ${PATH}`, LOG.replace('Path', 'path')],
      ['cis-log-path < key-dropped:20', 'key-dropped', 'policy-without-backend < key-dropped:20'],
    ],
    [
      'the bounds',
      [`auditPolicyFile: ${PATH}`, LOG, ...BOUNDS.map((line) => line.replace('Max', 'max'))],
      [
        'cis-log-max-age < key-dropped:21',
        'cis-log-max-size < key-dropped:23',
        'key-dropped',
        'key-dropped',
        'key-dropped',
        'log-unbounded < key-dropped:22',
      ],
    ],
  ])('takes what is missing as its key is misspelt for a consequence: %s', async (_key, settings, expected) => {
    expect(await told(cluster(settings))).toEqual(expected);
  });

  it('tells of roles that fail two kinds of group, and of the word in them, once', async () => {
    const asset = [`path: ${PATH}`, 'roles: [master]'];
    const text = cluster([`auditPolicyFile: ${PATH}`, LOG, ...BOUNDS], asset);
    expect(await told(`${text}${GROUPS}`)).toEqual([
      'asset-role-unknown < policy-not-delivered:10',
      'policy-not-delivered',
      'policy-not-delivered < policy-not-delivered:10',
    ]);
  });

  it('lets nothing follow from what a comment leaves out', async () => {
    const key = `auditPolicyfile: ${PATH} # kops-audit-ignore key-dropped it is for another tool`;
    expect(await told(cluster([key, LOG, ...BOUNDS]))).toEqual(['backend-without-policy', 'policy-unused']);
  });

  it('keeps the documents of a file apart', async () => {
    const one = `${HEAD}- level: metadata\n`;
    expect(await told(`${one}---\n${HEAD}- level: Metadata\n  user: [a]\n`)).toEqual(
      expect.arrayContaining(['policy-not-judged < unknown-level:5', 'unknown-key']),
    );
    const { findings } = await lintText(`${one}---\n${one}`, 'a.yaml', { kopsVersion: null });
    expect(findings.flatMap(({ followsFrom }) => followsFrom?.start.line ?? [])).toEqual([5, 11]);
  });

  it('has a table that leads in no circle', () => {
    const leadsTo = (rule: string, before: readonly string[]): string[] => {
      const next = CONSEQUENCES.flatMap(({ of, follow }) => (of.includes(rule) ? follow : [])).filter(
        (each) => each !== rule,
      );
      return next.flatMap((each) => (before.includes(each) ? [each] : leadsTo(each, [...before, each])));
    };
    const causes = new Set(CONSEQUENCES.flatMap(({ of }) => of));
    expect([...causes].flatMap((rule) => leadsTo(rule, [rule]))).toEqual([]);
  });

  it('has rules in its table that there are', () => {
    const ids = [...CLUSTER_RULES, ...ADVICE_RULES, ...POLICY_RULES, NOT_JUDGED, TEMPLATE_NOT_RENDERED].map(
      ({ id }) => id,
    );
    const ofServers = [...CONFIG_RULES, ...SERVER_RULES].map(({ id }) => id);
    const known = [...ids, ...ofServers, ...ERROR_CODES, ...WARNING_CODES];
    const named = CONSEQUENCES.flatMap(({ of, follow }) => [...of, ...follow]);
    expect(named.filter((rule) => !known.includes(rule))).toEqual([]);
  });
});
