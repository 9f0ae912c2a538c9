import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDisable } from '../../src/cluster/disable.ts';
import { readFacts } from '../../src/cluster/facts.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import { foreignChanges, openOperations, sealOperations } from '../../src/cluster/saved-plan.ts';
import { specChange, type SpecChange } from '../../src/cluster/spec-change.ts';
import type { Operation } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { cluster, handMade, options, world } from '../helpers/cluster.ts';

const TEMPLATES = readTemplates();
const OTHER = { name: 'motd', path: '/etc/motd', content: 'hello' };
const HOOK = 'apiVersion: v1\nkind: Config\nusers: [{name: u, user: {token: HUNTER2SECRET}}]\n';

function enabled(spec: JsonObject, webhook: { config?: string } = {}): SpecChange {
  return planEnable(world(spec), { ...options({ webhook }), templates: TEMPLATES, toolVersion: '0.1.0' });
}

function disabled(spec: JsonObject): SpecChange {
  return planDisable(world(spec), { keepPolicy: false });
}

const SPECS: readonly JsonObject[] = [
  {},
  { fileAssets: [], kubeAPIServer: {} },
  { fileAssets: null, kubeAPIServer: null },
  { fileAssets: [OTHER], kubeAPIServer: { logLevel: 4 } },
  handMade('/srv/kubernetes/kube-apiserver/own/p.yaml'),
];

describe('the operations of a saved plan', () => {
  it.each(Object.entries(TEMPLATES))('hold the policy they were made with, the default or not: %s', (name, source) => {
    const policy = { origin: 'template', name, source } as const;
    const made = planEnable(world(), { ...options({ policy }), templates: TEMPLATES, toolVersion: '0.1.0' });
    const { operations } = openOperations(made.before, sealOperations(made.before, made.operations));
    const { after } = specChange('apply', made.before, made.facts, operations, []);
    expect(JSON.stringify(after.spec['fileAssets'])).toContain(`# kops-audit {\\"policy\\":\\"${name}\\"`);
  });

  it('lead to the same spec where nothing moved', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SPECS), fc.boolean(), (spec, off) => {
        const on = enabled(spec, { config: HOOK });
        const plan = off ? disabled(on.after.spec) : on;
        const opened = openOperations(plan.before, sealOperations(plan.before, plan.operations));
        expect(opened.conflict).toBeNull();
        const again = specChange(plan.command, plan.before, plan.facts, opened.operations, []);
        expect(again.after).toEqual(plan.after);
        expect(foreignChanges(again)).toEqual([]);
      }),
    );
  });

  it('hold no value of the spec before', () => {
    const { after } = enabled({}, { config: HOOK });
    expect(JSON.stringify(after)).toContain('HUNTER2SECRET');
    const plan = disabled(after.spec);
    const text = JSON.stringify(sealOperations(plan.before, plan.operations));
    expect(text).not.toContain('HUNTER2SECRET');
    expect(text).not.toContain('audit.log');
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['a list of files that is new', {}, { fileAssets: [OTHER] }, 'spec.fileAssets'],
    ['settings that are new', {}, { kubeAPIServer: { logLevel: 1 } }, 'spec.kubeAPIServer'],
    ['other settings', { kubeAPIServer: { logLevel: 1 } }, { kubeAPIServer: { logLevel: 2 } }, 'spec.kubeAPIServer'],
    [
      'a file of the same name',
      { fileAssets: [] },
      { fileAssets: [{ ...OTHER, name: 'audit-policy' }] },
      'spec.fileAssets.-',
    ],
  ])('do not fit %s', (_what, before, since, conflict) => {
    const plan = enabled(before);
    const sealed = sealOperations(plan.before, plan.operations);
    expect(openOperations(cluster({ ...before, ...since }), sealed)).toEqual({ operations: [], conflict });
  });

  it('do not fit another cluster, nor a file that was edited', () => {
    const on = enabled({ fileAssets: [OTHER] });
    const sealed = sealOperations(on.before, on.operations);
    expect(openOperations(cluster({ fileAssets: [OTHER] }, 'x.k8s.local'), sealed).conflict).toBe('metadata.name');
    const off = disabled(on.after.spec);
    const files = on.after.spec['fileAssets'] as JsonObject[];
    const edited = { ...on.after.spec, fileAssets: [files[0]!, { ...files[1], content: 'other' }] };
    const sealedOff = sealOperations(off.before, off.operations);
    expect(openOperations(cluster(edited), sealedOff).conflict).toBe('spec.fileAssets.1');
  });

  it('fit a spec to which other things were added', () => {
    const on = enabled({ fileAssets: [OTHER] });
    const since = cluster({ fileAssets: [OTHER, { ...OTHER, name: 'two', path: '/etc/two' }], channel: 'alpha' });
    const { operations } = openOperations(since, sealOperations(on.before, on.operations));
    const after = specChange('enable', since, on.facts, operations, []).after.spec;
    expect((after['fileAssets'] as JsonObject[]).map(({ name }) => name)).toEqual(['motd', 'two', 'audit-policy']);
    expect(after['channel']).toBe('alpha');
  });
});

describe('what a plan from a file must not touch', () => {
  it.each<[Operation, string]>([
    [{ op: 'replace', path: '/spec/channel', value: 'alpha' }, 'spec.channel'],
    [{ op: 'add', path: '/spec/kubeAPIServer/anonymousAuth', value: true }, 'spec.kubeAPIServer.anonymousAuth'],
    [{ op: 'replace', path: '/metadata/name', value: 'x' }, 'metadata'],
    [{ op: 'remove', path: '/spec/fileAssets/0' }, 'spec.fileAssets: "motd"'],
    [{ op: 'replace', path: '/spec/fileAssets/0/content', value: 'evil' }, 'spec.fileAssets: "motd"'],
    [{ op: 'add', path: '/spec/fileAssets/-', value: { ...OTHER, name: 'cron' } }, 'spec.fileAssets: "cron"'],
  ])('%j', (operation, found) => {
    const spec: { [key: string]: Json } = { fileAssets: [OTHER], kubeAPIServer: {} };
    const change = specChange('enable', cluster(spec), readFacts(world(spec)), [operation], []);
    expect(foreignChanges(change)).toEqual([found]);
  });
});

describe('a file asset in a plan from a file', () => {
  const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
  const DIR = '/srv/kubernetes/kube-apiserver/audit';
  const OWN = { name: 'audit-policy', path: `${DIR}/policy.yaml`, content: POLICY, roles: ['Master'] };
  const SINK = { name: 'audit-webhook', path: `${DIR}/webhook.yaml`, content: HOOK, roles: ['Master'] };
  const SPEC: JsonObject = {
    fileAssets: [OTHER, OWN, SINK, { ...OWN, name: 'loose', path: '/etc/loose.yaml' }],
    kubeAPIServer: { auditPolicyFile: OWN.path, auditWebhookConfigFile: SINK.path },
  };
  const add = (value: Json, path = '/spec/fileAssets/-'): Operation => ({ op: 'add', path, value });
  const set = (path: string, value: Json): Operation => ({ op: 'replace', path: `/spec/fileAssets/${path}`, value });

  function foreign(operations: Operation[], spec = SPEC): string[] {
    return foreignChanges(specChange('rollback', cluster(spec), readFacts(world(spec)), operations, []));
  }

  it.each<[string, Operation[]]>([
    ['a third one that holds a policy', [add({ ...OWN, name: 'z', path: '/etc/profile.d/z.sh' })]],
    ['a third one in the directory of the policy', [add({ ...OWN, name: 'z', path: `${DIR}/z.yaml` })]],
    ['a second one at the path of the policy', [add({ ...OWN, name: 'z', content: 'evil' })]],
    ['the same one again', [add(OWN)]],
    ["a person's, made a policy", [set('0', { ...OTHER, content: POLICY })]],
    ["a person's, made the policy", [set('0', OWN), { op: 'remove', path: '/spec/fileAssets/1' }]],
    ['a policy that nothing names, with another text', [set('3/content', `${POLICY}# $(evil)\n`)]],
    ['a policy that nothing names, taken out', [{ op: 'remove', path: '/spec/fileAssets/3' }]],
    ['the policy at another path', [set('1/path', '/etc/profile.d/z.sh')]],
    ['the webhook config for every node', [set('2/roles', ['Master', 'Node'])]],
    ['the webhook config for all instances', [set('2/roles', [])]],
    ['a mode', [add('0777', '/spec/fileAssets/1/mode')]],
    ['another name', [set('1/name', 'x')]],
    ['an unknown key', [add(1, '/spec/fileAssets/1/owner')]],
    ['the whole list anew', [{ op: 'replace', path: '/spec/fileAssets', value: [OTHER, OWN, SINK] }]],
  ])('is foreign: %s', (_what, operations) => {
    expect(foreign(operations)).not.toEqual([]);
  });

  it.each<[string, Operation[]]>([
    ['the policy with another text', [set('1/content', `${POLICY}# more\n`)]],
    ['the policy with the roles it lacks', [set('1/roles', ['Master', 'ControlPlane', 'APIServer'])]],
    ['a policy that was loose, now in force', [add('/etc/loose.yaml', '/spec/kubeAPIServer/auditPolicyFile')]],
    ['policy and webhook gone', [2, 1].map((at) => ({ op: 'remove', path: `/spec/fileAssets/${at}` }))],
  ])('is ours: %s', (_what, operations) => {
    expect(foreign(operations)).toEqual([]);
  });

  it('may be the one that the settings of the plan name, and that alone', () => {
    const asset = { ...OWN, name: 'new', path: `${DIR}/new.yaml` };
    const names: Operation = { op: 'add', path: '/spec/kubeAPIServer/auditPolicyFile', value: asset.path };
    expect(foreign([add(asset), names])).toEqual([]);
    expect(foreign([add(asset)])).toEqual(['spec.fileAssets: "new"']);
    expect(foreign([add({ ...asset, owner: 'root' }), names])).toEqual(['spec.fileAssets: "new"']);
  });
});
