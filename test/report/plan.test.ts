import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planDisable } from '../../src/cluster/disable.ts';
import type { EnableOptions } from '../../src/cluster/options.ts';
import { planEnable, type Plan } from '../../src/cluster/plan.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import type { JsonObject } from '../../src/json.ts';
import { changeView } from '../../src/report/plan.ts';
import { plainStyle } from '../../src/report/text.ts';
import { group, handMade, options, world } from '../helpers/cluster.ts';

const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const TEMPLATES = Object.fromEntries(
  ['gce', 'kops', 'metadata'].map((name) => [name, readFileSync(`templates/policies/${name}.yaml`, 'utf8')]),
);

function template(name: string): Partial<EnableOptions> {
  return { policy: { origin: 'template', name, source: TEMPLATES[name] ?? '' } };
}

function plan(cluster: KopsObject | JsonObject, more: Partial<EnableOptions> = {}, groups?: KopsObject[]): Plan {
  const spec = 'spec' in cluster ? (cluster as KopsObject).spec : cluster;
  return planEnable(world(spec, groups ? { groups } : {}), {
    ...options(more),
    templates: TEMPLATES,
    toolVersion: '0.1.0',
  });
}

function view(change: SpecChange, diffCommand: string | null = null, columns = 80): string {
  return changeView(change, { style: plainStyle, columns, clean: (text) => text, diffCommand: () => diffCommand });
}

/** The lines of one topic. */
function row(text: string, label: string): string[] {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith(label.padEnd(9)));
  const next = lines.findIndex((line, at) => at > first && !line.startsWith(' '));
  return first < 0 ? [] : lines.slice(first, next < 0 ? undefined : next).map((line) => line.slice(9));
}

describe('the log', () => {
  const log = (server: JsonObject): string => row(view(plan(handMade(SAFE, {}, server))), 'Log').join(' ');

  it('counts files, days and rules as a person would, and sizes in MiB and GiB', () => {
    expect(log({ auditLogMaxAge: 1, auditLogMaxBackups: 1, auditLogMaxSize: 5 })).toContain(
      'kept 1 day, at most 1 rotated file of 5 MiB',
    );
    expect(log({ auditLogMaxAge: 2, auditLogMaxBackups: 2, auditLogMaxSize: 1536 })).toContain(
      'kept 2 days, at most 2 rotated files of 1.5 GiB',
    );
    expect(row(view(plan(handMade(SAFE))), 'Policy')).toEqual(['custom (kept), 1 rule: 1 Metadata', SAFE]);
    expect(row(view(plan({})), 'Disk')).toEqual(['at worst 1.1 GiB on each instance that runs an API server']);
  });
});

describe('a policy that began as a template', () => {
  // `policy show kops > FILE`, then edited: the head still says what is true of the template.
  const text = (TEMPLATES['kops'] ?? '').replace(/^rules:$/m, 'rules:\n- level: None\n  users: [alice]');
  it.each(['mine.yaml', './kops', 'stdin'])('is not described by its head, as %s', (name) => {
    const told = view(plan({}, { policy: { origin: 'file', name, source: text, file: name } }));
    expect(row(told, 'Cost')).toEqual([]);
    expect(row(told, 'Effect').join(' ')).not.toContain('Every write by a person');
    expect(row(told, 'Effect').join(' ')).toContain('alice');
  });
});

describe('the effect', () => {
  const metadata = plan({}, template('metadata')).after;

  it('of a first policy is what its head says', () => {
    const shown = view(plan({}, template('kops')));
    expect(row(shown, 'Effect').slice(0, 2)).toEqual([
      'Auditing will be on.',
      'kOps: who changed what, and who read secrets, without the noise.',
    ]);
    expect(row(shown, 'Effect').length).toBeLessThanOrEqual(8);
    expect(row(shown, 'Cost')).toEqual(['writes about half to three fifths of what `metadata` writes']);
  });

  it('of a policy of somebody is worked out', () => {
    const source =
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n  verbs: [create]\n- level: Metadata\n';
    const shown = view(plan({}, { policy: { origin: 'file', name: 'own.yaml', source } }));
    expect(row(shown, 'Effect').slice(0, 3).join(' ')).toBe(
      'Auditing will be on. Every request is recorded, without bodies, but for these: Creates of RBAC, secrets, certificate requests, config maps and other',
    );
    expect(row(shown, 'Cost')).toEqual([]);
  });

  it('of another policy leads with what matters, and names the command that shows all', () => {
    const shown = view(plan(metadata, template('gce')), 'kops-audit policy diff -f c.yaml gce');
    expect(row(shown, 'Effect')).toEqual([
      '14 kinds of requests change: 9 recorded no longer, 5 with more.',
      'Writes of RBAC, debug containers, certificate requests and most other',
      'resources are now recorded with both bodies, by almost anyone.',
      'Requests for events, /swagger*, /healthz* and /version are recorded no',
      'longer, by almost anyone.',
      'And 9 more effects. To see all: kops-audit policy diff -f c.yaml gce',
    ]);
    expect(row(shown, 'Cost').join(' ')).toMatch(
      /^writes about 1\.8 to 2\.2 × as much as `metadata` \(events: nine tenths\)$/,
    );
  });

  it('costs against the policy in force', () => {
    const gce = plan(metadata, template('gce')).after;
    expect(row(view(plan(gce, template('kops'))), 'Cost').join(' ')).toMatch(
      /^writes about a fifth to a third of what `gce` writes \(events: half to two thirds\)$/,
    );
  });

  it('of no other policy is none', () => {
    expect(row(view(plan(metadata, { logMaxAge: 5 })), 'Effect')).toEqual(['Every request is recorded as before.']);
    expect(row(view(plan(metadata)), 'Effect')).toEqual([]);
  });

  it('of disable is that nothing is recorded any more', () => {
    const shown = view(planDisable(world(metadata.spec), { keepPolicy: false }));
    expect(row(shown, 'Effect')[0]).toBe('Auditing will be off: nothing is recorded any more.');
    expect(row(shown, 'Effect')[1]).toMatch(/^Until now: Metadata: /);
    expect(row(shown, 'Policy')).toEqual(['metadata (removed), 1 rule: 1 Metadata']);
    expect(row(shown, 'Log').join(' ')).toBe(
      '/var/log/kube-audit/audit.log not written any more; its files stay on the instances until you delete them',
    );
    expect(row(shown, 'Disk')).toEqual(['at worst 1.1 GiB stays on each instance that runs an API server']);
  });

  it('of disable that keeps the policy, or of a log that has no files of its own, says so', () => {
    const kept = view(planDisable(world(metadata.spec), { keepPolicy: true }));
    expect(row(kept, 'Policy')[0]).toMatch(/^metadata \(stays, is not used\), /);
    const { spec } = plan(metadata, { logPath: '-' }).after;
    const shown = view(planDisable(world(spec), { keepPolicy: false }));
    expect([row(shown, 'Log'), row(shown, 'Disk')]).toEqual([[], []]);
  });

  it('of a policy that the spec does not hold is not known', () => {
    const elsewhere = plan({ kubeAPIServer: { auditPolicyFile: '/p.yaml', auditLogPath: '/var/log/a/a.log' } });
    expect(row(view(elsewhere), 'Effect')).toEqual(
      ['What changes in the log is not known: the spec does not hold both policies.'].flatMap((text) => [
        text.slice(0, text.lastIndexOf(' ', 71)),
        text.slice(text.lastIndexOf(' ', 71) + 1),
      ]),
    );
  });

  it.each([60, 80, 120])('and all else fit into %d columns', (columns) => {
    const shown = view(plan(metadata, template('gce')), 'kops-audit policy diff -f c.yaml gce', columns);
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(row(shown, 'Effect').length).toBeLessThanOrEqual(columns < 80 ? 11 : 8);
    expect(row(shown, 'Effect').join(' ')).toContain('are now recorded with both bodies');
  });
});

describe('the groups', () => {
  const groups = (...sizes: readonly (readonly [string, string, number])[]): string[] => {
    const list = sizes.map(([name, role, size]) => group(name, role, { minSize: size, maxSize: size }));
    return row(view(plan({}, {}, list)), 'Groups');
  };

  it('for which a change means the same stand on one line', () => {
    expect(groups(['cp-a', 'Master', 1], ['cp-b', 'Master', 1], ['cp-c', 'Master', 1], ['nodes', 'Node', 9])).toEqual([
      'cp-a, -b, -c: outdated, to be rolled (1 instance each)',
      'nodes: unchanged',
    ]);
    expect(groups(['cp-a', 'Master', 1], ['other', 'Master', 2])).toEqual([
      'cp-a, other: outdated, to be rolled (3 instances)',
    ]);
  });

  it('are counted where there are many', () => {
    const nodes = Array.from({ length: 9 }, (_, at) => [`nodes-${at}`, 'Node', 3] as const);
    expect(groups(['cp', 'Master', 1], ...nodes)).toEqual([
      'cp: outdated, to be rolled (1 instance)',
      'nodes-0 and 8 more: unchanged',
      'one control-plane instance: the API is down while it is rolled',
    ]);
  });
});
