import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFacts, type ClusterWorld } from '../../src/cluster/facts.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import { selectCluster } from '../../src/cluster/select.ts';
import { readDocuments } from '../../src/cluster/documents.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { judge } from '../../src/lint/judge.ts';
import { lintCluster } from '../../src/lint/lint-cluster.ts';
import { lintText } from '../../src/lint/lint-text.ts';
import { credentialRanges } from '../../src/report/credentials.ts';
import { options } from '../helpers/cluster.ts';
import { told } from '../../src/lint/rule.ts';

const FIELD = new URL('../fixtures/field/', import.meta.url);
const TEMPLATES = readTemplates();

interface Case {
  /** Rules found as errors: these and no other. */
  errors?: readonly string[];
  /** Rules that are found besides. */
  also?: readonly string[];
  /** Rules that must not be found. */
  not?: readonly string[];
  /** What stands in a finding or in the refusal of the file, its fix included. */
  says?: readonly RegExp[];
  /** What must stand nowhere. */
  never?: RegExp;
  /** The text cannot be read as a spec or policy. */
  unreadable?: true;
  /** What `enable` makes of a spec: the rules that stop it, or whether it changes something. */
  enable?: 'changes' | 'nothing' | 'refuses' | readonly string[];
}

const NOT_DELIVERED = /ControlPlane \(kOps 1\.26\.0 and later\)/;

/** For every file of test/fixtures/field the essence of its line in the README there. */
const CASES: Readonly<Record<string, Case>> = {
  '01-old-live-v1beta1/cluster.yaml': {
    errors: ['policy-records-secrets'],
    also: ['api-version-ends', 'policy-after-upgrade'],
    not: ['removed-api-version', 'policy-path'],
    says: [/with kOps 1\.22\.0 to before 1\.26\.6/, /works up to Kubernetes 1\.23 and is refused from 1\.24 on/],
  },
  '02-edit-fragment/fragment.yaml': { unreadable: true, enable: 'refuses' },
  '03-escaped-content/cluster.yaml': {
    errors: [],
    also: ['policy-after-upgrade', 'patches-lost'],
    says: [NOT_DELIVERED],
    enable: 'nothing',
  },
  '04-falco-chart-kops/cluster.yaml': {
    errors: [
      'policy-path',
      'webhook-directory',
      'webhook-not-delivered',
      'webhook-unreadable',
      'policy-refused',
      'policy-not-delivered',
    ],
    says: [
      /certificate-authority holds no certificate/,
      /"audit-policy\.yaml", which holds no audit policy/,
      /Move the policy to/,
    ],
    never: /\buser\b/,
  },
  '05-one-dir-webhook/cluster.yaml': {
    errors: ['webhook-not-delivered', 'policy-not-delivered', 'log-beside-policy', 'policy-path', 'webhook-directory'],
    also: ['webhook-plain-http'],
    never: /\buser\b/,
    enable: 'changes',
  },
  '06-bare-dash/cluster.yaml': { unreadable: true, says: [/needs quotes.*auditLogPath: "-"/s], enable: 'refuses' },
  '07-no-asset-etc-kubernetes/cluster.yaml': {
    errors: ['policy-asset-missing'],
    says: [/no file asset writes that file/],
    enable: ['policy-asset-missing'],
  },
  '09-webhook-ca-asset/cluster.yaml': {
    errors: ['policy-path', 'webhook-directory', 'webhook-not-delivered', 'webhook-unreadable', 'policy-not-delivered'],
    says: [/audit-ca\.pem as its certificate-authority.*do not reach/s],
    enable: ['webhook-unreadable'],
  },
  '11-singular-keys/policy.yaml': { errors: [], also: ['unknown-key', 'no-catch-all'] },
  '12-tutorial-mix/policy.yaml': {
    errors: ['policy-records-secrets'],
    also: ['no-catch-all', 'patches-lost', 'resource-in-wrong-group'],
  },
  '13-shadowed-secrets/policy.yaml': {
    errors: [],
    also: ['unreachable-rule'],
    says: [/Remove it, which changes nothing\. Before rule 1 it would write the content of secrets/],
  },
  '14-star-group/policy.yaml': {
    errors: ['policy-records-secrets'],
    also: ['wildcard-group-version'],
    says: [/up to Kubernetes 1\.35; 1\.36 and later/],
  },
  '15-only-events/policy.yaml': { errors: ['removed-api-version'] },
  '16-managed-service/policy.yaml': {
    errors: ['policy-records-secrets'],
    also: ['patches-lost', 'unknown-identity', 'cis-3-2-2', 'policy-records-config-maps'],
  },
  '20-mutations-only/policy.yaml': { errors: [], also: ['sensitive-changes-dropped', 'cis-3-2-2'] },
  '21-group-as-list/policy.yaml': { errors: ['wrong-type'], says: [/It takes one API group, such as apps/] },
  '21-group-as-list/policy2.yaml': { errors: [], also: ['unknown-identity'], says: [/userGroups: \[system:nodes\]/] },
  '22-group-v1/policy.yaml': {
    errors: [],
    also: ['unknown-group'],
    says: [/"v1" is a version.*Write group: authorization\.k8s\.io\./s],
    never: /group: ""/,
  },
  '23-space-in-user/policy.yaml': {
    errors: ['wrong-type'],
    says: [/Write system:kube-controller-manager \(no space/],
  },
  '24-none-after-catchall/policy.yaml': { errors: [], also: ['catch-all-not-last', 'patches-lost'] },
  '25-dev-stdout/cluster.yaml': { errors: ['log-path'], says: [/\/dev/, /or - for/], enable: 'changes' },
  '26-no-rules-mode/cluster.yaml': {
    errors: ['policy-not-delivered', 'no-rules', 'policy-path'],
    enable: ['policy-refused'],
  },
  '27-zeros/cluster.yaml': {
    errors: ['policy-not-delivered', 'policy-path'],
    also: ['log-unbounded', 'cis-log-max-age', 'cis-log-max-size'],
    enable: 'changes',
  },
  '28-eksd-image/cluster.yaml': {
    errors: ['policy-path'],
    also: ['api-version-ends'],
    says: [/this is 1\.19\.0/],
    enable: 'changes',
  },
  '29-gomplate/cluster.tmpl.yaml': { unreadable: true, says: [/is a template/], enable: 'refuses' },
  '30-jinja/cluster.yml.j2': { unreadable: true, says: [/is a template/], enable: 'refuses' },
  '31-tf-templatefile/cluster.tpl.yaml': {},
  '31-tf-templatefile/lines.tpl.yaml': { unreadable: true, says: [/template.*Terraform/], enable: 'refuses' },
  '32-env-placeholder/cluster.yaml': { errors: ['policy-asset-missing'], enable: ['policy-asset-missing'] },
  '35-json/array.json': {
    errors: ['policy-not-delivered'],
    also: ['half-read'],
    says: [NOT_DELIVERED],
    enable: 'changes',
  },
  '35-json/single.json': { errors: ['policy-not-delivered'], says: [NOT_DELIVERED], enable: 'changes' },
  '35-json/stream.json': { errors: ['policy-not-delivered'], says: [NOT_DELIVERED], enable: 'changes' },
  '36-v1alpha3/cluster.yaml': { errors: [], also: ['backend-without-policy', 'log-unbounded'], enable: 'changes' },
  '37-anchors/clusters.yaml': { errors: [], also: ['policy-unused', 'cis-policy-file'], enable: 'refuses' },
  '38-compress/cluster.yaml': { errors: ['key-dropped'], says: [/auditLogCompress/], enable: ['key-dropped'] },
  '39-policy-not-pointed-at/cluster.yaml': {
    errors: [],
    also: ['policy-unused'],
    not: ['cis-policy-file'],
    says: [/auditPolicyFile does not point to it/],
    never: /remove/i,
    enable: 'changes',
  },
  '40-quoted-number/cluster.yaml': { unreadable: true, says: [/auditLogMaxAge is a string/], enable: 'refuses' },
  '41-roles-spelling/cluster.yaml': {
    errors: ['policy-not-delivered'],
    also: ['asset-role-unknown'],
    says: [/has roles that no kOps release knows: "control-plane", "master"/],
    enable: 'changes',
  },
  '42-roles-scalar/cluster.yaml': { unreadable: true, says: [/roles is not a list/], enable: 'refuses' },
  '43-content-map/cluster.yaml': {
    unreadable: true,
    says: [/content is a map.*Write `content: \|`/s],
    enable: 'refuses',
  },
  '44-mode-number/cluster.yaml': { unreadable: true, says: [/mode is a number.*quotes/s], enable: 'refuses' },
  '45-base64/cluster.yaml': { errors: [], enable: 'nothing' },
  '45-base64/wrapped.yaml': { errors: [], enable: 'nothing' },
  '46-dup-key/cluster.yaml': { unreadable: true, says: [/appears twice.*lines 8 and 24/s], enable: 'refuses' },
  '47-twice/cluster.yaml': { errors: [], enable: ['policy-shadowed'] },
  '48-assets-map/cluster.yaml': { unreadable: true, says: [/fileAssets is a map/], enable: 'refuses' },
  '49-path-other-name/cluster.yaml': {
    errors: ['policy-asset-missing'],
    not: ['policy-unused'],
    says: [/only the name of the file differs.*Write auditPolicyFile: \S+\/policy\.yaml\./s],
    enable: ['policy-asset-missing'],
  },
  '50-misspelt-parent/cluster.yaml': {
    errors: ['key-dropped'],
    says: [/Did you mean kubeAPIServer\?/, /Did you mean fileAssets\?/],
    enable: ['key-dropped'],
  },
  '51-null-parents/cluster.yaml': { errors: [], also: ['half-read'], enable: 'changes' },
  '52-commented/cluster.yaml': { errors: [], also: ['cis-policy-file'], enable: 'changes' },
  '53-crlf-noeol/cluster.yaml': { errors: [], also: ['cis-policy-file'], enable: 'changes' },
  '54-bom/cluster.yaml': { errors: [], also: ['cis-policy-file'], enable: 'changes' },
  '55-ig-assets/cluster.yaml': { errors: [], not: ['policy-asset-missing'], enable: 'changes' },
  '56-hook-writes-policy/cluster.yaml': { errors: [], also: ['policy-by-script'], enable: 'nothing' },
  '57-configmap/cm.yaml': { unreadable: true, says: [/inside a ConfigMap.*save the text below data\.policy/s] },
  '58-kinds/appsv1.yaml': { errors: ['not-a-group'], says: [/Write group: apps\./] },
  '58-kinds/auditpolicy.yaml': { errors: ['wrong-kind'], says: [/Write "kind: Policy"/] },
  '58-kinds/auditv1.yaml': { errors: ['wrong-api-version'], says: [/audit\.k8s\.io\/v1"/] },
  '58-kinds/both.yaml': { errors: ['urls-with-resources'], says: [/Split it into two rules/] },
  '58-kinds/groups.yaml': { errors: ['unknown-level'], says: [/Did you mean group\?/] },
  '58-kinds/lowerkind.yaml': { errors: ['wrong-kind'], says: [/Write "kind: Policy"/] },
  '58-kinds/lowerlevel.yaml': { errors: ['unknown-level'], says: [/Did you mean Metadata\?/] },
  '58-kinds/nsinside.yaml': { errors: [], also: ['unknown-key'], says: [/namespaces belongs beside level/] },
  '58-kinds/old17.yaml': { errors: ['no-api-version'], says: [/Begin the file with/] },
  '58-kinds/respods.yaml': {
    errors: ['wrong-type'],
    says: [/Write resources: \[\{group: "", resources: \[pods\]\}\]/],
  },
  '58-kinds/scalarstage.yaml': { errors: ['wrong-type'], says: [/Write \[RequestReceived\]/] },
  '58-kinds/spec.yaml': { errors: ['no-rules'], says: [/Move rules out of spec/] },
  '58-kinds/stars.yaml': { errors: ['not-a-group'], says: [/Name each group/] },
  '58-kinds/tab.yaml': { errors: ['tab'], says: [/Indent with spaces/] },
  '58-kinds/urlmid.yaml': { errors: ['url-wildcard-inside'], says: [/"\/api\*"/] },
  '58-kinds/v2.yaml': { errors: ['wrong-api-version'], says: [/audit\.k8s\.io\/v1"/] },
  '58-kinds/verbsstar.yaml': { errors: ['wrong-type'], says: [/Leave verbs out/] },
  '60-v1beta1-123/cluster.yaml': {
    errors: ['policy-not-delivered', 'policy-records-secrets', 'policy-path'],
    also: ['api-version-ends'],
    says: [/refused from 1\.24 on; this is 1\.23\.17/],
    enable: 'changes',
  },
  '61-tf-directive/cluster.tpl.yaml': { unreadable: true, says: [/template.*Terraform/], enable: 'refuses' },
  '62-no-name/cluster.yaml': { says: [/metadata\.name/], enable: 'refuses' },
  '64-legacy-group-list/policy.yaml': { errors: [], also: ['group-not-served'], not: ['resource-in-wrong-group'] },
  '67-ca-not-pem/cluster.yaml': {
    errors: ['webhook-unreadable'],
    says: [/certificate-authority holds no certificate/],
    enable: ['webhook-unreadable'],
  },
  '68-ca-left-behind/cluster.yaml': {
    errors: ['webhook-unreadable'],
    says: [/certificate-authority holds no certificate/],
    enable: ['webhook-unreadable'],
  },
};

function textOf(file: string): string {
  return readFileSync(new URL(file, FIELD), 'utf8');
}

function worldOf(file: string): ClusterWorld {
  const { cluster, groups } = selectCluster(readDocuments(textOf(file), file), { file });
  return { cluster: cluster.value(), groups: groups.map((document) => document.value()), kopsVersion: null };
}

function enabled(file: string): Case['enable'] {
  try {
    const world = worldOf(file);
    const { after, operations } = planEnable(world, { ...options(), templates: TEMPLATES, toolVersion: '0.1.0' });
    const facts = readFacts(world);
    const { blocking } = judge(() => lintCluster(world.cluster, facts), lintCluster(after, facts), []);
    if (blocking.length > 0) return [...new Set(blocking.map(({ rule }) => rule))];
    return operations.length === 0 ? 'nothing' : 'changes';
  } catch (error) {
    expect(error, 'a refusal is never a bug').toMatchObject({
      name: expect.stringMatching(/^(?:UserError|SpecError|NoNameError)$/),
    });
    return 'refuses';
  }
}

describe('the cases from the field', () => {
  it('are all here', () => {
    const files = readdirSync(FIELD, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = files.map(({ parentPath, name }) => `${parentPath.split('/').at(-1)}/${name}`);
    expect(names.filter((name) => !name.endsWith('README.md')).toSorted()).toEqual(Object.keys(CASES).toSorted());
  });

  it.each(Object.entries(CASES))('%s: lint', async (file, wanted) => {
    const { findings, errors } = await lintText(textOf(file), file, { kopsVersion: null });
    const rules = findings.map(({ rule }) => rule);
    const said = [
      ...findings.map(told).map((each) => `${each.message}: ${each.fix}`),
      ...errors.map((each) => `${each.message}: ${each.hint}`),
    ];
    if (wanted.errors) {
      const found = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
      expect(new Set(found)).toEqual(new Set(wanted.errors));
    }
    if (wanted.unreadable) expect(errors).not.toEqual([]);
    expect(rules).toEqual(expect.arrayContaining([...(wanted.also ?? [])]));
    expect(rules.filter((rule) => wanted.not?.includes(rule))).toEqual([]);
    for (const words of wanted.says ?? []) expect(said).toContainEqual(expect.stringMatching(words));
    if (wanted.never) expect(said.join('\n')).not.toMatch(wanted.never);
    expect(
      said.filter((text) => /: (?:undefined)?$/.test(text)),
      'each has a fix',
    ).toEqual([]);
    expect(
      findings.filter((finding) => credentialRanges(told(finding).fix).length > 0),
      'no fix looks like a secret',
    ).toEqual([]);
  });

  it.each(Object.entries(CASES).filter(([, { enable }]) => enable !== undefined))('%s: enable', (file, { enable }) => {
    const found = enabled(file);
    if (typeof enable === 'string') expect(found).toBe(enable);
    else expect(new Set(found)).toEqual(new Set(enable));
  });
});
