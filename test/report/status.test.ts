import { describe, expect, it } from 'vitest';
import type { LiveReport } from '../../src/status/running.ts';
import { tells } from '../../src/lint/rule.ts';
import { liveLines, type StatusRow, statusTable, statusView } from '../../src/report/status.ts';
import type { ClusterStatus } from '../../src/status/status.ts';
import { plainStyle, safeText } from '../../src/report/text.ts';

const OPTIONS = { style: plainStyle, columns: 80, clean: safeText };

function on(more: Partial<ClusterStatus> = {}): ClusterStatus {
  return {
    cluster: 'prod.k8s.local',
    state: 'on',
    kubernetesVersion: '1.32.4',
    policy: { name: 'gce', path: '/srv/policy.yaml', version: '0.1.0', parameters: {}, edited: false },
    log: { path: '/var/log/kube-audit/audit.log', worstCaseMiB: 1100, unbounded: null },
    webhook: null,
    findings: [],
    update: {
      state: 'none',
      resources: 0,
      others: 0,
      error: null,
      command: 'kops update cluster --name=prod.k8s.local',
    },
    openChanges: [],
    live: null,
    drift: [],
    ...more,
  };
}

const OFF = on({ cluster: 'dev.k8s.local', state: 'off', policy: null, log: null });
const UNBOUNDED = tells({
  id: 'log-path',
  severity: 'warning',
  fatal: false,
  why: 'w',
  say: () => ({ message: 'nothing bounds the log', fix: 'Set it above 0.' }),
});
const FINDING = {
  subject: '',
  rule: 'log-path',
  fatal: false,
  args: {},
  pointer: '',
};

describe('statusTable', () => {
  it('has a row for each cluster, and the error of one that failed below', () => {
    const rows: StatusRow[] = [
      on({ policy: { ...on().policy!, edited: true }, update: { ...on().update, state: 'pending' } }),
      OFF,
      on({
        cluster: 'odd.k8s.local',
        state: 'broken',
        policy: { ...on().policy!, version: null },
        log: { path: '-', worstCaseMiB: null, unbounded: null },
        findings: [
          { ...FINDING, severity: 'error' },
          { ...FINDING, severity: 'warning' },
          { ...FINDING, severity: 'warning' },
        ],
        update: { ...on().update, state: 'unknown' },
      }),
      { cluster: 'gone.k8s.local', state: 'failed', error: 'kops failed: what?', hint: 'Look.' },
    ];
    expect(statusTable(rows, OPTIONS)).toBe(`\
STATE       POLICY             DISK     FINDINGS  UPDATE   CLUSTER
on in spec  gce 0.1.0, edited  1.1 GiB  -         pending  prod.k8s.local
off         -                  -        -         none     dev.k8s.local
broken      own                stdout   1E 2W     unknown  odd.k8s.local
failed                                                     gone.k8s.local

gone.k8s.local: kops failed: what?
  hint: Look.
`);
  });

  it('gives each name a line of its own where the longest does not fit', () => {
    const long = on({ cluster: 'production.team-shop.eu-central-1.clusters.example.com' });
    expect(statusTable([long, OFF], OPTIONS)).toBe(
      `\
STATE       POLICY     DISK     FINDINGS  UPDATE
production.team-shop.eu-central-1.clusters.example.com
on in spec  gce 0.1.0  1.1 GiB  -         none
dev.k8s.local
off         -          -        -         none
`,
    );
  });

  it('shows what was proven, and leaves out what was not asked', () => {
    const update = { ...on().update, state: 'not-asked' as const };
    const rows = [on({ update, live: live({ state: 'not-flowing' }) }), on({ cluster: 'b', update })];
    expect(statusTable(rows, OPTIONS)).toBe(`\
STATE       POLICY     DISK     FINDINGS  LIVE         CLUSTER
on          gce 0.1.0  1.1 GiB  -         not flowing  prod.k8s.local
on in spec  gce 0.1.0  1.1 GiB  -         -            b
`);
  });

  it('lets no control character through', () => {
    expect(statusTable([on({ cluster: 'a\u001B[2Jb\nc' })], OPTIONS)).toContain('a\\x1b[2Jb c\n');
  });
});

describe('statusView', () => {
  it('says of a policy that no file asset holds that it is not known', () => {
    const line = 'Policy   in no file asset: a script on the instances may bring it';
    expect(statusView(on({ policy: null }), OPTIONS)).toContain(line);
    expect(statusView(OFF, OPTIONS)).not.toContain('Policy');
  });

  it('tells all of one cluster', () => {
    const text = statusView(
      on({
        policy: { ...on().policy!, parameters: { secretsLevel: 'None' }, edited: true },
        findings: [UNBOUNDED.found({})],
        update: { ...on().update, state: 'pending', resources: 3, others: 1 },
        openChanges: [{ id: 'x', command: 'enable', state: 'running', message: 'enable by ada runs since noon (x)' }],
      }),
      OPTIONS,
    );
    expect(text).toBe(`\
Cluster  prod.k8s.local, Kubernetes 1.32.4
Audit    on in the spec; --live tells whether the API servers run so
Policy   gce, written by kops-audit 0.1.0, edited by hand since
         set: secretsLevel=None
         /srv/policy.yaml
Log      /var/log/kube-audit/audit.log, at worst 1.1 GiB on each API server
Update   pending: 3 resources would change, 1 of them not for auditing
         See it with: kops update cluster --name=prod.k8s.local
Changes  enable by ada runs since noon (x)

warning: nothing bounds the log (log-path)
  w
  Fix: Set it above 0.
`);
  });

  it('is short where there is nothing to tell', () => {
    expect(statusView({ ...OFF, update: { ...OFF.update, state: 'not-asked' } }, OPTIONS)).toBe(`\
Cluster  dev.k8s.local, Kubernetes 1.32.4
Audit    off
Findings none
`);
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
      'a: 12 events in 5 s; of 14 requests the policy wants nothing of 2 (level None)',
    ]);
    const servers = ['a', 'b', 'c'].map((pod) => ({ pod, node: null, ready: true, differences: [] }));
    expect(liveLines(live({ servers }))).toEqual([
      'proven: the flags are right, and events flow on 1 of 3 API servers',
      'a: 12 events in 5 s; of 14 requests the policy wants nothing of 2 (level None)',
      'The address of the API led to 1 of 3 API servers; of the others only the flags are known.',
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
      'wrong flags: 1 of 1 API server run otherwise than the spec says; `kops update cluster` and a roll of the control plane bring them in line',
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
