import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDisable } from '../../src/cluster/disable.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import type { KopsObject, Operation } from '../../src/cluster/types.ts';
import { planUndo, type MadeChange } from '../../src/cluster/undo.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { listOf, type Json, type JsonObject } from '../../src/json.ts';
import { cluster, handMade, options, world } from '../helpers/cluster.ts';
import { runs } from '../helpers/runs.ts';

const TEMPLATES = readTemplates();
const OTHER = { name: 'motd', path: '/etc/motd', content: 'hello' };

type Step = (now: KopsObject) => MadeChange & { after: KopsObject };

const enable =
  (policy: string, path?: string): Step =>
  (now) =>
    planEnable(world(now.spec), {
      ...options({
        policy: { origin: 'template', name: policy, source: TEMPLATES[policy]! },
        ...(path === undefined ? {} : { logPath: path }),
      }),
      templates: TEMPLATES,
      toolVersion: '0.1.0',
    });
const disable: Step = (now) => planDisable(world(now.spec), { keepPolicy: false });

const STEPS: readonly Step[] = [enable('gce'), enable('metadata', '-'), enable('kops', '/var/log/x/a.log'), disable];

function run(spec: JsonObject, steps: readonly Step[]): { now: KopsObject; changes: MadeChange[] } {
  let now = cluster(spec);
  const changes: MadeChange[] = [];
  for (const step of steps) {
    const made = step(now);
    changes.unshift(made);
    now = made.after;
  }
  return { now, changes };
}

describe('undo', () => {
  const spec = fc.record(
    {
      fileAssets: fc.constantFrom<Json>(null, [], [OTHER], [OTHER, { ...OTHER, name: 'two', path: '/etc/two' }]),
      kubeAPIServer: fc.constantFrom<JsonObject | null>(null, {}, { logLevel: 2 }, { auditLogMaxAge: 3, logLevel: 2 }),
    },
    { requiredKeys: [] },
  );
  const start = fc.oneof(spec, fc.constant(handMade('/srv/kubernetes/kube-apiserver/own/p.yaml')));

  it('of any changes gives the spec before them, to the order of the files', () => {
    fc.assert(
      fc.property(
        start,
        fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        (before, steps, back) => {
          const count = Math.min(back + 1, steps.length);
          const { now, changes } = run(before as JsonObject, steps);
          const { now: wanted } = run(before as JsonObject, steps.slice(0, steps.length - count));
          const undo = planUndo(world(now.spec), changes.slice(0, count));
          expect(undo.conflicts).toEqual([]);
          expect(undo.change.after).toEqual(wanted);
        },
      ),
      runs(40, 200),
    );
  });

  it('gives what the changes set its value from before, whatever somebody made of it since, and leaves the rest alone', () => {
    const value = fc.constantFrom<Json | undefined>(undefined, 7, '/elsewhere', 30);
    const key = fc.constantFrom('auditLogMaxAge', 'auditLogPath', 'auditPolicyFile', 'logLevel');
    const asset = fc.constantFrom<(list: Json[]) => Json[]>(
      (list) => list,
      (list) => [...list].reverse(),
      (list) => [...list, { name: 'theirs', path: '/etc/theirs', content: 'x' }],
      (list) => list.map((each) => ({ ...(each as JsonObject), content: 'mine' })),
      (list) => list.map((each) => ({ ...(each as JsonObject), name: 'renamed' })),
      () => [],
    );
    const steps = fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        start,
        steps,
        fc.array(fc.tuple(key, value), { maxLength: 3 }),
        asset,
        (before, made, edits, assets) => {
          const { now, changes } = run(before as JsonObject, made);
          const server = { ...(now.spec['kubeAPIServer'] as JsonObject | null) };
          for (const [name, to] of edits) {
            if (to === undefined) delete server[name];
            else server[name] = to;
          }
          const since = { ...now.spec, kubeAPIServer: server, fileAssets: assets([...listOf(now.spec['fileAssets'])]) };
          const { change, keys, conflicts } = planUndo(world(since), changes);
          const [first, after] = [cluster(before as JsonObject).spec, change.after.spec].map(
            (spec) => (spec['kubeAPIServer'] ?? {}) as JsonObject,
          );
          for (const name of Object.keys({ ...server, ...first })) {
            const isOurs = keys.includes(`spec.kubeAPIServer.${name}`);
            expect([name, after?.[name]]).toEqual([name, isOurs ? first?.[name] : server[name]]);
          }
          expect(conflicts.every((each) => keys.includes(each.key))).toBe(true);
          const named = (spec: JsonObject): string[] =>
            listOf(spec['fileAssets']).map((each) => String((each as JsonObject)['name']));
          for (const name of named(cluster(before as JsonObject).spec))
            if (keys.includes(`spec.fileAssets.${name}`)) expect(named(change.after.spec)).toContain(name);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps what somebody else changed since', () => {
    const { now, changes } = run({}, [enable('gce')]);
    const since = {
      ...now.spec,
      kubeAPIServer: { ...(now.spec['kubeAPIServer'] as JsonObject), logLevel: 9 },
      fileAssets: [OTHER, ...(now.spec['fileAssets'] as Json[])],
      channel: 'alpha',
    };
    const { change } = planUndo(world(since), changes);
    expect(change.after).toEqual(cluster({ kubeAPIServer: { logLevel: 9 }, fileAssets: [OTHER], channel: 'alpha' }));
    expect(change.command).toBe('rollback');
  });

  it('brings back no setting that somebody else took out since', () => {
    const { changes } = run({ kubeAPIServer: { logLevel: 2, auditLogMaxAge: 3 } }, [disable]);
    expect(planUndo(world({}), changes).change.after).toEqual(cluster({ kubeAPIServer: { auditLogMaxAge: 3 } }));
  });

  it('refuses where somebody changed the same values, and names them', () => {
    const { now, changes } = run({}, [enable('gce')]);
    const [asset] = now.spec['fileAssets'] as JsonObject[];
    const since = {
      ...now.spec,
      kubeAPIServer: { ...(now.spec['kubeAPIServer'] as JsonObject), auditLogMaxAge: 7 },
      fileAssets: [{ ...asset, content: 'other' }],
    };
    const { change, conflicts } = planUndo(world(since), changes);
    expect(conflicts).toEqual([
      { key: 'spec.fileAssets.audit-policy', made: asset, now: { ...asset, content: 'other' } },
      { key: 'spec.kubeAPIServer.auditLogMaxAge', made: 30, now: 7 },
    ]);
    expect(change.after).toEqual(cluster({}));
  });

  it('restores what was changed since, where that is wanted, to what it was before', () => {
    const { now, changes } = run({}, [enable('gce'), enable('metadata', '-')]);
    const [newest] = changes;
    const since = {
      kubeAPIServer: { ...(now.spec['kubeAPIServer'] as JsonObject), auditLogPath: '/var/log/mine/audit.log' },
      fileAssets: [OTHER, ...(now.spec['fileAssets'] as JsonObject[]).map((asset) => ({ ...asset, content: 'mine' }))],
    };
    const one = planUndo(world(since), changes.slice(0, 1));
    expect(one.conflicts.map(({ key }) => key)).toEqual([
      'spec.fileAssets.audit-policy',
      'spec.kubeAPIServer.auditLogPath',
    ]);
    const { fileAssets, kubeAPIServer } = newest!.before.spec;
    const restored = { kubeAPIServer, fileAssets: [OTHER, ...(fileAssets as Json[])] } as JsonObject;
    expect(one.change.after).toEqual(cluster(restored));
    expect(planUndo(world(since), changes).change.after).toEqual(cluster({ fileAssets: [OTHER] }));
  });

  it('tells of a file asset that somebody took out since, or put there again', () => {
    const { now, changes } = run({}, [enable('gce'), enable('metadata')]);
    const without = planUndo(world({ ...now.spec, fileAssets: [] }), changes.slice(0, 1));
    expect(without.conflicts).toMatchObject([{ key: 'spec.fileAssets.audit-policy', now: undefined }]);
    expect(without.change.after.spec['fileAssets']).toEqual(changes[0]!.before.spec['fileAssets']);
    const off = run(now.spec, [disable]);
    const again = { name: 'audit-policy', path: '/elsewhere', content: 'x' };
    const { conflicts, change } = planUndo(world({ ...off.now.spec, fileAssets: [again] }), off.changes);
    expect(conflicts).toEqual([{ key: 'spec.fileAssets.audit-policy', made: undefined, now: again }]);
    expect(change.after.spec).toEqual(now.spec);
  });

  it('tells a file asset that took the place of another from one that somebody put there', () => {
    const [one, other] = ['one', 'other'].map((name) => ({ name, path: '/etc/p', content: name }));
    const before = cluster({ fileAssets: [one!] });
    const operations: Operation[] = [
      { op: 'remove', path: '/spec/fileAssets/0' },
      { op: 'add', path: '/spec/fileAssets/-', value: other! },
    ];
    const { conflicts, change } = planUndo(world({ fileAssets: [other!] }), [{ before, operations }]);
    expect(conflicts).toEqual([]);
    expect(change.after).toEqual(before);
  });

  it('has nothing to do where somebody took it back by hand', () => {
    const { now, changes } = run({ kubeAPIServer: { logLevel: 2 } }, [enable('gce')]);
    const { conflicts, change } = planUndo(world({ kubeAPIServer: { logLevel: 2 } }), changes);
    expect(conflicts).toEqual([]);
    expect(change.operations).toEqual([]);
    const half = { ...now.spec, fileAssets: [] };
    expect(planUndo(world(half), changes)).toMatchObject({
      conflicts: [],
      change: { after: { spec: { kubeAPIServer: { logLevel: 2 } } } },
    });
  });

  it('has nothing to do for a change and its rollback together', () => {
    const { now, changes } = run({}, [enable('gce')]);
    const back = planUndo(world(now.spec), changes).change;
    expect(planUndo(world(back.after.spec), [back, ...changes]).change.operations).toEqual([]);
  });
});
