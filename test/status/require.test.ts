import { describe, expect, it } from 'vitest';
import type { KopsObject } from '../../src/cluster/types.ts';
import type { ClusterWorld } from '../../src/cluster/facts.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { JsonObject } from '../../src/json.ts';
import { renderPolicy } from '../../src/policy/render/render.ts';
import type { LiveReport } from '../../src/status/running.ts';
import { judgeOf, type Requirement } from '../../src/status/require.ts';
import { readSpecState, specStatus, type AppliedStatus, type Required } from '../../src/status/status.ts';
import { group, handMade, world } from '../helpers/cluster.ts';

const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const SOURCES = readTemplates();

function rendered(name: string, set: Record<string, string> = {}): string {
  return renderPolicy(SOURCES[name]!, { name, toolVersion: '0.0.9', set, kubernetesVersion: '1.32.4' }).text;
}

function having(content: string, settings: JsonObject = {}): ClusterWorld {
  return world(handMade(PATH, { content }, { auditLogMaxBackups: 10, auditLogMaxSize: 100, ...settings }));
}

const APPLIED: AppliedStatus = { state: 'yes', resources: 0, others: 0, error: null, command: null };
const PENDING: AppliedStatus = { ...APPLIED, state: 'pending', resources: 3, others: 2 };
const NOT_KNOWN: AppliedStatus = { ...APPLIED, state: 'unknown', error: 'kops failed: no cloud' };
const NOT_ASKED: AppliedStatus = { ...APPLIED, state: 'not-asked' };

const ON: Requirement = { wanted: 'on', policy: null };
const template = (name: string): Requirement => ({
  wanted: name,
  policy: { origin: 'template', name, source: SOURCES[name]! },
});
const file = (source: string): Requirement => ({
  wanted: './own.yaml',
  policy: { origin: 'file', name: 'own.yaml', file: './own.yaml', source },
});

interface Rest {
  applied?: AppliedStatus;
  running?: Pick<LiveReport, 'state' | 'error'>;
}

function judged(requirement: Requirement, of: ClusterWorld, { applied = APPLIED, running }: Rest = {}): Required {
  const reading = readSpecState(of);
  const live = running === undefined ? null : ({ servers: [], flows: [], ...running } as unknown as LiveReport);
  return judgeOf(requirement).judge(
    { spec: specStatus(of, reading), applied, running: live },
    reading,
    (wanted) => `diff ${wanted}`,
  );
}

const met = { state: 'met', why: null, command: null };
const KOPS = having(rendered('kops'));
const OFF = world({});

describe('--require on', () => {
  const flowing = { state: 'flowing', error: null } as const;
  const silent = { state: 'not-flowing', error: null } as const;

  it.each<[string, ClusterWorld, Rest, object]>([
    ['applied', KOPS, {}, met],
    ['a file, of which nobody can say more', KOPS, { applied: NOT_ASKED }, met],
    ['off', OFF, {}, { state: 'not-met', why: 'auditing is off in the spec', command: null }],
    ['off, and nothing else known', OFF, { applied: NOT_KNOWN }, { state: 'not-met' }],
    [
      'broken',
      world({ kubeAPIServer: { auditPolicyFile: PATH } }),
      {},
      { state: 'not-met', why: expect.stringMatching(/^auditing is broken in the spec: ./) },
    ],
    [
      'not applied',
      KOPS,
      { applied: PENDING },
      { state: 'not-met', why: 'the spec is not applied: `kops update cluster` would change 1 resource' },
    ],
    [
      'perhaps not applied',
      KOPS,
      { applied: NOT_KNOWN },
      { state: 'unknown', why: 'whether kops has applied the spec: kops failed: no cloud' },
    ],
    ['proven, whatever else is pending', KOPS, { applied: PENDING, running: flowing }, met],
    ['proven, whatever kops says', KOPS, { applied: NOT_KNOWN, running: flowing }, met],
    ['silent', KOPS, { running: silent }, { state: 'not-met', why: 'an API server records nothing' }],
    [
      'not to be seen',
      KOPS,
      { running: { state: 'unknown', error: 'no kubectl' } },
      { state: 'unknown', why: 'what the API servers do: no kubectl' },
    ],
  ])('of a cluster that is %s', (_what, of, rest, verdict) => {
    expect(judged(ON, of, rest)).toMatchObject({ wanted: 'on', ...verdict });
  });
});

describe('--require POLICY', () => {
  const unequal = { state: 'not-met', why: 'its policy is not kops, nor equal to it', command: 'diff kops' };

  it('is met by the template, of whatever release, as long as it was not edited', () => {
    expect(judged(template('kops'), KOPS)).toEqual({ wanted: 'kops', ...met });
    expect(judged(template('metadata'), having(rendered('metadata')))).toMatchObject(met);
    expect(judged(template('kops'), having(rendered('metadata')))).toMatchObject(unequal);
    const edited = rendered('kops').replace('level: Request\n', 'level: None\n');
    expect(edited).not.toBe(rendered('kops'));
    expect(judged(template('kops'), having(edited))).toMatchObject(unequal);
  });

  it('is met by what is equal to it for all requests, whatever its text', () => {
    const commented = rendered('kops').split('\n').slice(1).join('\n').replace('rules:', '# ours\nrules:');
    expect(judged(template('kops'), having(commented))).toMatchObject(met);
    const own = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
    const twice = `${own}- level: None\n`;
    expect(judged(file(own), having(twice))).toMatchObject({ wanted: './own.yaml', ...met });
    const older = renderPolicy(own.replace('Metadata', 'Request'), { name: 'own.yaml', toolVersion: '0.0.9' }).text;
    expect(judged(file(own), having(older))).toMatchObject({ state: 'not-met' });
    expect(judged(file(own), KOPS)).toMatchObject({
      state: 'not-met',
      why: 'its policy is not ./own.yaml, nor equal to it',
    });
  });

  it('is not met by the template with parameters that change something', () => {
    const quiet = rendered('gce', { changesLevel: 'Metadata' });
    expect(judged(template('gce'), having(quiet))).toMatchObject({ state: 'not-met' });
    const asItIs = rendered('gce', { secretsLevel: 'Metadata' });
    expect(judged(template('gce'), having(asItIs))).toMatchObject(met);
  });

  it('needs the spec applied, whatever runs: the API server does not tell its policy', () => {
    const running = { state: 'flowing', error: null } as const;
    expect(judged(template('kops'), KOPS, { running })).toMatchObject(met);
    expect(judged(template('kops'), KOPS, { applied: PENDING, running })).toMatchObject({ state: 'not-met' });
    expect(judged(template('kops'), KOPS, { applied: NOT_KNOWN, running })).toMatchObject({ state: 'unknown' });
    expect(judged(template('kops'), KOPS, { running: { state: 'failing', error: null } })).toMatchObject({
      state: 'not-met',
      why: 'an API server loses events',
    });
  });

  it('must be the one of every group that brings its own', () => {
    const bringing = (name: string, content: string): KopsObject =>
      group(name, 'Master', { fileAssets: [{ name: 'own', path: PATH, content }] });
    const spec = { kubeAPIServer: { auditPolicyFile: PATH, auditLogPath: '/var/log/a/a.log' } };
    const both = (other: string): ClusterWorld =>
      world(spec, { groups: [bringing('a', rendered('kops')), bringing('b', rendered(other))] });
    expect(judged(template('kops'), both('kops'))).toMatchObject(met);
    expect(judged(template('kops'), both('metadata'))).toMatchObject(unequal);
  });

  it('is not known where no file asset holds the policy', () => {
    const hooks = [
      { name: 'fetch.service', roles: ['Master'], manifest: `ExecStart=/usr/bin/curl -o ${PATH} https://x` },
    ];
    const of = world({ hooks, kubeAPIServer: { auditPolicyFile: PATH, auditLogPath: '/var/log/a/a.log' } });
    expect(judged(template('kops'), of)).toMatchObject({
      state: 'unknown',
      why: 'which policy is in force: no file asset holds it',
    });
  });

  it('that no API server would take is refused before anything is judged', () => {
    expect(() => judgeOf(file('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: All\n'))).toThrow('level');
  });
});
