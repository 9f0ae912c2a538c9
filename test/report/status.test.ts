import { describe, expect, it } from 'vitest';
import type { LiveReport } from '../../src/status/running.ts';
import { tells } from '../../src/lint/rule.ts';
import { liveLines, statusJson, type StatusRow, statusTable, statusView } from '../../src/report/status.ts';
import type { ClusterStatus, PolicyStatus } from '../../src/status/status.ts';
import { plainStyle, safeText } from '../../src/report/text.ts';

const OPTIONS = { style: plainStyle, columns: 80, clean: safeText };

type Parts = Partial<Omit<ClusterStatus, 'spec' | 'applied'>> & {
  spec?: Partial<ClusterStatus['spec']>;
  applied?: Partial<ClusterStatus['applied']>;
};

const POLICY: PolicyStatus = {
  name: 'gce',
  path: '/srv/policy.yaml',
  version: '0.1.0',
  parameters: {},
  edited: false,
};
const COMMAND = 'kops update cluster --name=prod.k8s.local';

function on({ spec = {}, applied = {}, ...more }: Parts = {}): ClusterStatus {
  const log = { path: '/var/log/kube-audit/audit.log', worstCaseMiB: 1100, unbounded: null };
  return {
    cluster: 'prod.k8s.local',
    kubernetesVersion: '1.32.4',
    spec: { state: 'on', policy: POLICY, log, webhook: null, findings: [], ...spec },
    applied: { state: 'yes', resources: 0, others: 0, error: null, command: COMMAND, ...applied },
    running: null,
    openChanges: [],
    drift: [],
    required: null,
    ...more,
  };
}

const OFF = on({ cluster: 'dev.k8s.local', spec: { state: 'off', policy: null, log: null } });
const UNBOUNDED = tells({
  id: 'a-rule',
  severity: 'warning',
  fatal: false,
  why: 'w',
  say: () => ({ message: 'nothing bounds the log', fix: 'Set it above 0.' }),
});
const FINDING = {
  subject: '',
  rule: 'a-rule',
  fatal: false,
  args: {},
  pointer: '',
};

const table = (rows: readonly StatusRow[], width = 80): string => statusTable(rows, OPTIONS, width);

describe('statusTable', () => {
  const ROWS: readonly StatusRow[] = [
    on({ spec: { state: 'drift', policy: { ...POLICY, edited: true } }, applied: { state: 'pending' } }),
    OFF,
    on({
      cluster: 'odd.k8s.local',
      spec: {
        state: 'broken',
        policy: { ...POLICY, version: null },
        log: { path: '-', worstCaseMiB: null, unbounded: null },
        findings: [
          { ...FINDING, severity: 'error' },
          { ...FINDING, severity: 'warning' },
          { ...FINDING, severity: 'warning' },
        ],
      },
      applied: { state: 'unknown' },
    }),
    { cluster: 'gone.k8s.local', error: 'kops failed: what?', hint: 'Look.', required: null },
  ];

  it('has a row for each cluster, the three states apart, and the error of one that was not read below', () => {
    expect(table(ROWS, Infinity)).toBe(`\
CLUSTER         SPEC      APPLIED  RUNNING    POLICY             DISK     FINDINGS
prod.k8s.local  drift     pending  not asked  gce 0.1.0, edited  1.1 GiB  -
dev.k8s.local   off       yes      not asked  -                  -        -
odd.k8s.local   broken    unknown  not asked  own                stdout   1E 2W
gone.k8s.local  not read  -        -          -                  -        -

gone.k8s.local: kops failed: what?
  hint: Look.
`);
  });

  it('leaves out what can be spared, then gives each name a line of its own, and is never wider than the terminal', () => {
    expect(table(ROWS.slice(0, 2), 78)).toBe(`\
CLUSTER         SPEC   APPLIED  RUNNING    POLICY             FINDINGS
prod.k8s.local  drift  pending  not asked  gce 0.1.0, edited  -
dev.k8s.local   off    yes      not asked  -                  -
`);
    expect(table(ROWS.slice(0, 2), 60)).toBe(`\
CLUSTER         SPEC   APPLIED  POLICY             FINDINGS
prod.k8s.local  drift  pending  gce 0.1.0, edited  -
dev.k8s.local   off    yes      -                  -
`);
    const long = on({ cluster: 'production.team-shop.eu-central-1.clusters.example.com' });
    expect(table([long, OFF], 70)).toBe(`\
CLUSTER
  SPEC  APPLIED  RUNNING    POLICY     DISK     FINDINGS
production.team-shop.eu-central-1.clusters.example.com
  on    yes      not asked  gce 0.1.0  1.1 GiB  -
dev.k8s.local
  off   yes      not asked  -          -        -
`);
    const policy = { ...POLICY, name: 'a-policy-of-the-platform-team-for-production.yaml' };
    for (const width of [60, 80, 120]) {
      const lines = table([on({ spec: { policy } }), ...ROWS.slice(1, 3)], width).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  it('shows what runs, and what was not asked', () => {
    const applied = { state: 'not-asked' as const };
    const rows = [on({ applied, running: live({ state: 'not-flowing' }) }), on({ cluster: 'b', applied })];
    expect(table(rows, 100)).toBe(`\
CLUSTER         SPEC  APPLIED    RUNNING      POLICY     DISK     FINDINGS
prod.k8s.local  on    not asked  not flowing  gce 0.1.0  1.1 GiB  -
b               on    not asked  not asked    gce 0.1.0  1.1 GiB  -
`);
  });

  it('says which clusters are as they must be, and why the others are not', () => {
    const wanted = 'kops';
    const rows: StatusRow[] = [
      on({ required: { wanted, state: 'met', why: null, command: null } }),
      { ...OFF, required: { wanted, state: 'not-met', why: 'auditing is off in the spec', command: null } },
      {
        cluster: 'c',
        error: 'kops failed',
        hint: null,
        required: { wanted, state: 'unknown', why: 'kops failed', command: null },
      },
    ];
    expect(table(rows)).toBe(`\
CLUSTER         REQUIRED  SPEC      APPLIED  RUNNING    POLICY     FINDINGS
prod.k8s.local  met       on        yes      not asked  gce 0.1.0  -
dev.k8s.local   not met   off       yes      not asked  -          -
c               unknown   not read  -        -          -          -

dev.k8s.local: not met: auditing is off in the spec

c: kops failed
`);
  });

  it('lets no control character through', () => {
    expect(table([on({ cluster: 'a\u001B[2Jb\nc' })])).toContain('a\\x1b[2Jb c ');
  });
});

describe('statusView', () => {
  it('says of a policy that no file asset holds that it is not known', () => {
    expect(statusView(on({ spec: { policy: null } }), OPTIONS)).toContain(`
Spec     on; no file asset holds the policy: a script on the instances may write
         it
`);
    expect(statusView(OFF, OPTIONS)).not.toContain('Policy');
  });

  it('tells all of one cluster', () => {
    const text = statusView(
      on({
        spec: {
          state: 'drift',
          policy: { ...POLICY, parameters: { secretsLevel: 'None' }, edited: true },
          findings: [UNBOUNDED.found({})],
        },
        applied: { state: 'pending', resources: 3, others: 1 },
        openChanges: [{ id: 'x', command: 'enable', state: 'running', message: 'enable by ada runs since noon (x)' }],
        required: {
          wanted: 'gce',
          state: 'not-met',
          why: 'its policy is not gce, nor equal to it',
          command: 'kops-audit policy diff --cluster prod.k8s.local gce',
        },
      }),
      OPTIONS,
    );
    expect(text).toBe(`\
Cluster  prod.k8s.local, Kubernetes 1.32.4
Required gce: not met: its policy is not gce, nor equal to it
         See it with: kops-audit policy diff --cluster prod.k8s.local gce
Spec     on, but the policy was edited by hand since kops-audit wrote it
Applied  pending: 3 resources would change, 1 of them not for auditing
         See it with: kops update cluster --name=prod.k8s.local
Running  not asked; --live asks the API servers
Policy   gce, written by kops-audit 0.1.0, edited by hand since
         set: secretsLevel=None
         /srv/policy.yaml
Log      /var/log/kube-audit/audit.log, at worst 1.1 GiB on each API server
Changes  enable by ada runs since noon (x)

warning: nothing bounds the log (a-rule)
  w
  Fix: Set it above 0.
`);
  });

  it('is short where there is nothing to tell', () => {
    expect(statusView({ ...OFF, applied: { ...OFF.applied, state: 'not-asked' } }, OPTIONS)).toBe(`\
Cluster  dev.k8s.local, Kubernetes 1.32.4
Spec     off
Applied  not asked
Running  not asked; --live asks the API servers
Findings none
`);
  });

  it('says of a spec that is applied what else is pending', () => {
    expect(statusView(on({ applied: { resources: 2, others: 2 } }), OPTIONS)).toContain(`
Applied  yes; 2 resources would change, but nothing for auditing
         See it with: kops update cluster --name=prod.k8s.local
`);
  });
});

describe('statusJson', () => {
  it('has the same keys for a cluster that was read, and the error of one that was not', () => {
    const unread = { cluster: 'c', error: 'kops failed', hint: null, required: null };
    const json = statusJson([on({ spec: { findings: [UNBOUNDED.found({})] } }), unread]);
    expect(json).toMatchObject({ kind: 'Status', formatVersion: 2 });
    const [row, other] = json.clusters;
    expect(row).toMatchObject({
      cluster: 'prod.k8s.local',
      error: null,
      spec: { state: 'on', findings: [{ rule: 'a-rule', mend: 'Set it above 0.' }] },
      applied: { state: 'yes' },
      running: null,
    });
    expect(other).toEqual(unread);
  });
});

function live(more: Partial<LiveReport> = {}): LiveReport {
  return {
    state: 'flowing',
    context: 'prod.k8s.local',
    servers: [{ pod: 'a', node: 'i-1', ready: true, differences: [] }],
    flows: [{ pod: 'a', state: 'flowing', events: 12, errors: 0, requests: 14, unrecorded: 2 }],
    watchedSeconds: 5,
    error: null,
    hint: null,
    ...more,
  };
}

describe('liveLines', () => {
  it('says what is proven, and on how many', () => {
    expect(liveLines(live())).toEqual([
      'proven: the flags are right, and events flow on 1 of 1 API server',
      'a: 12 events in 5 s; of 14 requests the policy does not record 2 (level None)',
      'The API does not tell which policy they have read.',
    ]);
    const servers = ['a', 'b', 'c'].map((pod) => ({ pod, node: null, ready: true, differences: [] }));
    expect(liveLines(live({ servers }))).toEqual([
      'proven: the flags are right, and events flow on 1 of 3 API servers',
      'a: 12 events in 5 s; of 14 requests the policy does not record 2 (level None)',
      'The address of the API led to 1 of 3 API servers; of the others only the flags are known.',
      'The API does not tell which policy they have read.',
    ]);
  });

  it('names each wrong flag', () => {
    const differences = [
      { flag: '--audit-log-maxage', spec: '10', running: '7' },
      { flag: '--audit-log-path', spec: '/a', running: null },
      { flag: '--audit-log-mode', spec: null, running: 'batch' },
    ];
    const servers = [{ pod: 'a', node: 'i-1', ready: true, differences }];
    expect(liveLines(live({ state: 'wrong-flags', servers, flows: [] }))).toEqual([
      'wrong flags: 1 of 1 API server do not run with the flags of the spec; `kops update cluster` and a roll of the control plane fix that',
      'a on i-1:',
      '  --audit-log-maxage: runs with 7, the spec says 10',
      '  --audit-log-path: runs without, the spec says /a',
      '  --audit-log-mode: runs with batch, the spec has none',
    ]);
  });

  it('says what is not known, and why', () => {
    const unknown = live({ state: 'unknown', servers: [], flows: [], error: 'no kubectl', hint: 'Install it.' });
    expect(liveLines(unknown)).toEqual(['not known whether events flow', 'no kubectl', 'Install it.']);
  });
});
