import { describe, expect, it } from 'vitest';
import { planDisable } from '../../src/cluster/disable.ts';
import type { EnableOptions } from '../../src/cluster/options.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { JsonObject } from '../../src/json.ts';
import { HAND_MADE, cluster, group, handMade, options, world } from '../helpers/cluster.ts';

const TEMPLATES = readTemplates();
const OTHER = { name: 'motd', path: '/etc/motd', content: 'hello' };
const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';

function enabled(spec: JsonObject, wanted: Partial<EnableOptions> = {}): KopsObject {
  return planEnable(world(spec), { ...options(wanted), templates: TEMPLATES, toolVersion: '0.1.0' }).after;
}

function disabled(spec: JsonObject, keepPolicy = false): ReturnType<typeof planDisable> {
  return planDisable(world(spec), { keepPolicy });
}

describe('disable after enable', () => {
  it.each<[string, JsonObject]>([
    ['a spec without the parents', {}],
    ['an empty kubeAPIServer', { kubeAPIServer: {} }],
    ['other settings', { kubeAPIServer: { logLevel: 4 } }],
    ['an empty list of files', { fileAssets: [] }],
    ['another file', { fileAssets: [OTHER] }],
    ['both', { fileAssets: [OTHER], kubeAPIServer: { logLevel: 4 } }],
  ])('gives back %s', (_what, spec) => {
    expect(disabled(enabled(spec).spec).after).toEqual(cluster(spec));
  });

  it.each(['before', 'behind'])(
    'takes all out that stands at the path of the policy, another file %s it too',
    (where) => {
      const { spec } = enabled({});
      const [policy] = spec['fileAssets'] as JsonObject[];
      const other = { name: 'other', path: SAFE, content: 'hello' };
      const fileAssets = where === 'before' ? [other, policy!] : [policy!, other];
      expect(disabled({ ...spec, fileAssets }).after).toEqual(cluster());
    },
  );

  it('takes the webhook out as well', () => {
    const config = 'apiVersion: v1\nkind: Config\n';
    const { spec } = enabled({}, { webhook: { config } });
    expect(disabled(spec).after).toEqual(cluster());
  });

  it('leaves what was added beside it since, and a parent that is in use', () => {
    const { spec } = enabled({});
    const more = {
      ...spec,
      fileAssets: [OTHER, ...(spec['fileAssets'] as JsonObject[])],
      kubeAPIServer: { ...(spec['kubeAPIServer'] as JsonObject), logLevel: 2 },
    };
    expect(disabled(more).after).toEqual(cluster({ fileAssets: [OTHER], kubeAPIServer: { logLevel: 2 } }));
  });

  it('keeps the policy if asked to', () => {
    const { spec } = enabled({});
    const { after, notes } = disabled(spec, true);
    expect(after.spec['fileAssets']).toEqual(spec['fileAssets']);
    expect(after.spec['kubeAPIServer']).toBeUndefined();
    expect(notes).toEqual([`The policy stays in the spec, at ${SAFE}; no flag points to it.`]);
    expect(disabled(after.spec).after).toEqual(cluster());
  });

  it('keeps the policy, but not the file of the webhook', () => {
    const { spec } = enabled({}, { webhook: { config: 'apiVersion: v1\nkind: Config\n' } });
    const { after } = disabled(spec, true);
    expect((after.spec['fileAssets'] as JsonObject[]).map(({ name }) => name)).toEqual(['audit-policy']);
  });
});

describe('disable of what a person made', () => {
  it('takes it out after saying so, and leaves the emptied parents', () => {
    const { after, notes } = disabled(handMade('/etc/kubernetes/audit/policy.yaml'));
    expect(after).toEqual(cluster({ fileAssets: [], kubeAPIServer: {} }));
    expect(notes).toEqual([
      'The policy was not written by kops-audit. It is removed too; kops-audit rollback brings it back.',
      'Settings that kops-audit perhaps did not write are removed too: auditLogPath, auditPolicyFile.',
    ]);
  });

  it('says that the file assets of instance groups stay, also beside a policy of the Cluster', () => {
    const own = { fileAssets: [{ name: 'own', path: SAFE, content: HAND_MADE }] };
    const groups = [group('a', 'Master', own), group('b', 'Master')];
    const { notes } = planDisable(world(handMade(SAFE), { groups }), { keepPolicy: false });
    expect(notes).toContain('The file assets of the instance groups stay (a); kops edit ig removes them.');
  });

  it('names settings beside a policy of ours that enable never writes', () => {
    const { spec } = enabled({ kubeAPIServer: { auditLogFormat: 'json' } });
    expect(disabled(spec).notes).toEqual([
      'Settings that kops-audit perhaps did not write are removed too: auditLogFormat.',
    ]);
  });

  it('takes keys out that kOps drops', () => {
    expect(disabled({ kubeAPIServer: { auditLogMode: 'batch', logLevel: 1 } }).after).toEqual(
      cluster({ kubeAPIServer: { logLevel: 1 } }),
    );
  });

  it('leaves a file that another setting names too, and says so', () => {
    const file = { name: 'hook', path: '/srv/hook/config', content: 'kind: Config\n' };
    const server = { auditWebhookConfigFile: file.path, authorizationWebhookConfigFile: file.path };
    const { after, notes } = disabled({ fileAssets: [file], kubeAPIServer: server });
    expect(after.spec['fileAssets']).toEqual([file]);
    expect(after.spec['kubeAPIServer']).toEqual({ authorizationWebhookConfigFile: file.path });
    expect(notes.at(-1)).toBe('The file asset "hook" stays: something else in the spec names /srv/hook/config.');
  });

  it('takes every audit key out, null ones too', () => {
    const server = { auditLogFormat: 'json', auditWebhookMode: null, auditLogPath: '-', logLevel: 1 };
    expect(disabled({ kubeAPIServer: server }).after).toEqual(cluster({ kubeAPIServer: { logLevel: 1 } }));
  });

  it('leaves a policy that no flag names', () => {
    const { operations, notes } = disabled({ fileAssets: [{ ...OTHER, path: '/x/p.yaml', content: HAND_MADE }] });
    expect(operations).toEqual([]);
    expect(notes).toEqual(['The file asset "motd" at /x/p.yaml holds a policy that no flag points to: it stays.']);
  });
});

it('has nothing to do where nothing is on, and the second time', () => {
  expect(disabled({ fileAssets: [OTHER], kubeAPIServer: { logLevel: 4 } }).operations).toEqual([]);
  expect(disabled(disabled(enabled({ fileAssets: [OTHER] }).spec).after.spec).operations).toEqual([]);
});

it('tests every value it takes out', () => {
  const { spec } = enabled({ fileAssets: [OTHER], kubeAPIServer: { logLevel: 4 } });
  const { operations } = disabled(spec);
  expect(operations.filter(({ op }) => op === 'test').map(({ path }) => path)).toEqual([
    '/metadata/name',
    '/spec/fileAssets/1',
    '/spec/kubeAPIServer',
  ]);
});
