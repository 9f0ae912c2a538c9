import { describe, expect, it } from 'vitest';
import { changeLive } from '../helpers/change-live.ts';
import { groupsHash } from '../../src/change/recorded.ts';
import type { Journal, JournalEntry, ListedEntry, NewEntry, Outcome } from '../../src/change/journal/entry.ts';
import { prepareEnable } from '../../src/change/prepare.ts';
import type { LiveReading, ChangeResult, LiveSteps } from '../../src/change/change.ts';
import type { Talk } from '../../src/change/ports.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { AbortError, ExternalError, InterruptError, UserError } from '../../src/errors.ts';
import type { Preview } from '../../src/kops/preview.ts';
import { cluster, group, GROUPS, handMade, options } from '../helpers/cluster.ts';
import { FOREIGN, memoryKops, OURS, UP_TO_DATE, type MemoryKops } from '../helpers/memory-kops.ts';
import { STEPS } from '../helpers/steps.ts';

const WITH_YES: LiveSteps = { ...STEPS, yes: true };

interface Scene {
  kops: MemoryKops;
  /** Outcomes the journal was told, in order. */
  outcomes: Outcome[];
  /** What the journal was given before a write. */
  begun: NewEntry[];
  questions: string[];
  warnings: string[];
  /** What was said, the previews included. */
  said: string[];
  interrupt: AbortController;
  run(steps?: Partial<LiveSteps>, baseline?: Preview): Promise<ChangeResult>;
}

function scene({
  answers = [],
  enabled = false,
  last,
}: { answers?: (boolean | Error)[]; enabled?: boolean; last?: Partial<JournalEntry> } = {}): Scene {
  const kops = memoryKops(cluster(), GROUPS);
  const reading: LiveReading = {
    cluster: structuredClone(kops.stored),
    groups: [...GROUPS],
    kopsVersion: '1.36.0',
    lastApplied: '1.36.0',
    baseline: UP_TO_DATE,
  };
  let { plan } = prepareEnable(reading, options(), readTemplates(), []);
  const earlier = {
    id: '0',
    outcome: 'done',
    patch: plan.operations,
    before: JSON.stringify(reading.cluster),
    groupsHash: groupsHash(GROUPS),
    ...last,
  } as JournalEntry;
  if (enabled) {
    kops.stored = structuredClone(plan.after);
    reading.cluster = structuredClone(plan.after);
    plan = prepareEnable(reading, options(), readTemplates(), []).plan;
  }
  const outcomes: Outcome[] = [];
  const begun: NewEntry[] = [];
  const questions: string[] = [];
  const warnings: string[] = [];
  const said: string[] = [];
  const interrupt = new AbortController();
  const talk: Talk = {
    confirm: async (question) => {
      questions.push(question.text);
      const answer = answers[questions.length - 1] ?? false;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    say: (text) => said.push(text),
    warn: (text) => warnings.push(text),
    relay: () => {},
    showPreview: ({ changes }) => said.push(...changes.map(({ text }) => text)),
    during: (_text, work) => work(),
  };
  const journal: Journal = {
    dir: '/journal',
    lock: async () => ({ release: async () => {} }),
    begin: async (entry) => {
      begun.push(entry);
      outcomes.push('started');
      return { id: '1', file: '/journal/1.json', finish: async (outcome) => void outcomes.push(outcome) };
    },
    reopen: async ({ id }) => ({
      id,
      file: `/journal/${id}.json`,
      finish: async (outcome) => void outcomes.push(outcome),
    }),
    list: async () => (last ? ([{ status: 'finished', id: '0', entry: earlier }] as ListedEntry[]) : []),
    read: async () => {
      throw new Error('not asked');
    },
  };
  const subject = { type: 'cluster' as const, cluster: 'm.k8s.local' };
  const edges = { kops, storing: kops, journal, talk, interrupt: interrupt.signal };
  return {
    kops,
    outcomes,
    begun,
    questions,
    warnings,
    said,
    interrupt,
    run: (steps = {}, baseline = UP_TO_DATE) =>
      changeLive({ ...reading, baseline }, plan, subject, { ...WITH_YES, ...steps }, edges),
  };
}

function isEnabled({ kops }: Scene): boolean {
  return kops.stored.spec['kubeAPIServer'] !== undefined;
}

describe('the way through', () => {
  it('stores, updates, and says how to roll', async () => {
    const it = scene();
    const result = await it.run();
    expect(result).toMatchObject({ exitCode: 0, spec: 'new', updated: true, rolled: false });
    expect(result.next.map(({ command }) => command)).toEqual([
      'kops rolling-update cluster --name=m.k8s.local --instance-group-roles=master,apiserver --yes',
      'kops validate cluster --name=m.k8s.local --wait=10m',
    ]);
    expect(it.kops.calls).toEqual(['replace', 'update']);
    expect(it.outcomes).toEqual(['started', 'spec-written', 'done']);
    expect(it.questions).toEqual([]);
  });

  it('rolls and validates with --rolling-update', async () => {
    const it = scene();
    expect(await it.run({ rollingUpdate: true })).toMatchObject({ exitCode: 0, rolled: true, next: [] });
    expect(it.kops.calls).toEqual(['replace', 'update', 'rollingUpdate', 'validate']);
  });

  it('asks for the spec, the update and the roll without --yes', async () => {
    const it = scene({ answers: [true, true, true] });
    expect(await it.run({ yes: false, rollingUpdate: true })).toMatchObject({ exitCode: 0, rolled: true });
    expect(it.questions).toEqual([
      'Store this spec of m.k8s.local?',
      'Run `kops update cluster --yes` now?',
      'Roll the control plane of m.k8s.local now? The control plane has one instance: the API is down during the roll.',
    ]);
  });

  it('stops after the spec with --no-update', async () => {
    const it = scene();
    const result = await it.run({ update: false });
    expect(result).toMatchObject({ exitCode: 0, spec: 'new', updated: false });
    expect(it.kops.calls).toEqual(['replace']);
    expect(result.next[1]?.command).toBe('kops update cluster --name=m.k8s.local --yes --create-kube-config=false');
  });

  it('writes Terraform files and never rolls', async () => {
    const it = scene();
    const result = await it.run({ target: 'terraform', out: 'tf' });
    expect(result).toMatchObject({ exitCode: 0, rolled: false, message: 'The Terraform files are in tf.' });
    expect(it.kops.calls).toEqual(['replace', 'update']);
    expect(result.next[0]?.command).toBe('terraform -chdir=tf plan && terraform -chdir=tf apply');
    const { next } = await scene().run({ target: 'terraform', out: 'a b;x' });
    expect(next[0]?.command).toBe("terraform '-chdir=a b;x' plan && terraform '-chdir=a b;x' apply");
  });
});

describe('declined', () => {
  it('at the first question: nothing is written', async () => {
    const it = scene({ answers: [false] });
    await expect(it.run({ yes: false })).rejects.toThrow(AbortError);
    expect([isEnabled(it), it.outcomes, it.kops.calls]).toEqual([false, [], []]);
  });

  it('at the update: 5, and what is left', async () => {
    const it = scene({ answers: [true, false] });
    const result = await it.run({ yes: false });
    expect(result).toMatchObject({
      exitCode: 5,
      spec: 'new',
      message: 'the spec is stored, but its update was declined: no instance has changed',
    });
    expect(result.next).toHaveLength(4);
    expect(it.outcomes).toEqual(['started', 'spec-written', 'spec-written']);
  });

  it('at the roll: 5, and how to do it later', async () => {
    const it = scene({ answers: [true, true, false] });
    expect(await it.run({ yes: false, rollingUpdate: true })).toMatchObject({ exitCode: 5, rolled: false });
  });
});

describe('what goes wrong at the write', () => {
  it('refuses when somebody changed the spec meanwhile, and leaves their change', async () => {
    const it = scene();
    it.kops.stored.spec['kubernetesVersion'] = '1.33.0';
    await expect(it.run()).rejects.toThrow(
      'somebody changed the spec of m.k8s.local since it was read: spec.kubernetesVersion',
    );
    expect([it.kops.calls, it.kops.stored.spec['kubernetesVersion'], it.outcomes.at(-1)]).toEqual([
      [],
      '1.33.0',
      'not-written',
    ]);
  });

  it.each([
    ['labels', { team: 'b' }],
    ['annotations', { 'kops.k8s.io/x': 'y' }],
    ['creationTimestamp', '2026-01-01T00:00:00Z'],
  ])('counts %s of the metadata too', async (key, value) => {
    const it = scene();
    it.kops.stored.metadata[key] = value;
    await expect(it.run()).rejects.toThrow(
      `somebody changed the spec of m.k8s.local since it was read: metadata.${key}`,
    );
    expect([it.kops.calls, it.outcomes.at(-1)]).toEqual([[], 'not-written']);
  });

  it('is refused when another cluster answers', async () => {
    const it = scene();
    it.kops.stored.metadata.name = 'other.k8s.local';
    await expect(it.run()).rejects.toThrow('kops answered with cluster other.k8s.local when asked for m.k8s.local');
    expect([it.kops.calls, it.outcomes.at(-1)]).toEqual([[], 'not-written']);
  });

  it('does not take the generation for a change', async () => {
    const it = scene();
    it.kops.stored.metadata['generation'] = 7;
    expect(await it.run()).toMatchObject({ exitCode: 0 });
  });

  it('says that nothing was written when kops refuses', async () => {
    const it = scene();
    it.kops.faults.replace = { failed: true, exitCode: 1, error: 'spec.kubernetesVersion: Required value' };
    await expect(it.run()).rejects.toThrow(ExternalError);
    expect(it.outcomes).toEqual(['started', 'not-written']);
  });

  it('goes by what reads back, not by the exit status of kops', async () => {
    const it = scene();
    it.kops.faults.replace = { exitCode: 1, error: 'broken pipe' };
    expect(await it.run()).toMatchObject({ exitCode: 0 });
  });

  it('stops with 5 when the spec reads back different, and names where', async () => {
    const it = scene();
    it.kops.afterReplace = () => {
      delete (it.kops.stored.spec['kubeAPIServer'] as Record<string, unknown>)['auditLogMaxAge'];
    };
    const result = await it.run();
    expect(result).toMatchObject({ exitCode: 5, spec: 'unknown' });
    expect(result.message).toContain(
      'the spec was stored, but it reads back different at spec.kubeAPIServer.auditLogMaxAge',
    );
    expect([it.kops.calls, it.outcomes]).toEqual([['replace'], ['started', 'failed']]);
  });

  it('claims no more than is known where kops failed and something else is stored', async () => {
    const it = scene();
    it.kops.faults.replace = { failed: true, exitCode: 1, error: 'broken pipe' };
    it.kops.afterReplace = () => (it.kops.stored.spec['channel'] = 'beta');
    const { spec, message } = await it.run();
    expect(spec).toBe('unknown');
    expect(message).toContain('kops failed to store the spec: broken pipe. What is stored is neither the old spec');
    expect(message).toContain('spec.channel');
    expect(message).not.toContain('the spec was stored');
  });

  it('stops with 5 when the spec cannot be read back', async () => {
    const it = scene();
    it.kops.afterReplace = () => {
      it.kops.getCluster = async () => {
        throw new ExternalError('kops hangs');
      };
    };
    expect(await it.run()).toMatchObject({
      exitCode: 5,
      message: expect.stringContaining('could not be read back: kops hangs') as string,
    });
  });
});

describe('the update', () => {
  it('stops with 5 under --yes when it would change more than auditing', async () => {
    const it = scene();
    it.kops.preview = FOREIGN;
    expect(await it.run()).toMatchObject({
      exitCode: 5,
      message: 'the spec is stored, but the update would change more than auditing',
    });
    expect(it.warnings.join()).toContain('some other change is pending');
    expect(it.kops.calls).toEqual(['replace']);
  });

  it('goes on with --include-pending', async () => {
    const it = scene();
    it.kops.preview = FOREIGN;
    expect(await it.run({ includePending: true })).toMatchObject({ exitCode: 0, updated: true });
  });

  it('takes a preview that could not be read whole for another change', async () => {
    const it = scene();
    it.kops.preview = { ...OURS, understood: false };
    expect(await it.run()).toMatchObject({ exitCode: 5 });
  });

  it('stops with 5 when it fails', async () => {
    const it = scene();
    it.kops.faults.update = { failed: true, error: 'no credentials' };
    const result = await it.run();
    expect(result).toMatchObject({ exitCode: 5, message: 'kops update cluster failed: no credentials' });
    expect(result.next[1]?.command).toContain('kops update cluster');
  });

  it('prints the way back when the roll fails', async () => {
    const it = scene();
    it.kops.faults.rollingUpdate = { failed: true, error: 'not validated' };
    const result = await it.run({ rollingUpdate: true });
    expect(result.exitCode).toBe(5);
    expect(result.next.map(({ command }) => command)).toEqual([
      'kops rolling-update cluster --name=m.k8s.local --instance-group-roles=master,apiserver --yes',
      expect.stringContaining('crictl logs'),
      'kops-audit rollback 1 --cluster=m.k8s.local',
      'kops rolling-update cluster --name=m.k8s.local --instance-group=control-plane-a --cloudonly --yes',
    ]);
  });

  it('prints it as well when the cluster does not become valid', async () => {
    const it = scene();
    it.kops.faults.validate = { failed: true, error: 'not yet healthy' };
    expect(await it.run({ rollingUpdate: true })).toMatchObject({
      exitCode: 5,
      message: 'kops validate cluster failed: not yet healthy',
    });
  });
});

describe('interrupted', () => {
  it('before the write: nothing is sent', async () => {
    const it = scene();
    it.interrupt.abort(new InterruptError('Interrupted. Nothing was written.'));
    await expect(it.run()).rejects.toThrow(InterruptError);
    expect([it.kops.calls, it.outcomes]).toEqual([[], ['started', 'not-written']]);
  });

  it('during the write: the write is finished, and nothing after it begun', async () => {
    const it = scene();
    it.kops.afterReplace = () => it.interrupt.abort(new InterruptError('x'));
    expect(await it.run()).toMatchObject({
      exitCode: 130,
      spec: 'new',
      message: expect.stringContaining('the new spec is stored') as string,
    });
    expect([it.kops.calls, it.outcomes]).toEqual([['replace'], ['started', 'spec-written', 'interrupted']]);
  });

  it('during a write that does not come through: nothing was written', async () => {
    const it = scene();
    it.kops.faults.replace = { failed: true, interrupted: true, error: 'it was killed by SIGTERM' };
    it.kops.afterReplace = () => it.interrupt.abort(new InterruptError('Interrupted. Nothing was written.'));
    await expect(it.run()).rejects.toThrow(InterruptError);
    expect([isEnabled(it), it.outcomes]).toEqual([false, ['started', 'not-written']]);
    expect(it.said).toContain('Reading back what is stored; please wait.');
  });

  it('at the question for the Terraform files: the spec is said to be stored', async () => {
    const it = scene({ answers: [true, new InterruptError('Interrupted. Nothing was written.')] });
    expect(await it.run({ yes: false, target: 'terraform' })).toMatchObject({
      exitCode: 130,
      message: expect.stringContaining('the new spec is stored') as string,
    });
  });

  it('during the roll: what is applied stays recorded as done', async () => {
    const it = scene();
    it.kops.faults.rollingUpdate = { failed: true, interrupted: true };
    expect(await it.run({ rollingUpdate: true })).toMatchObject({ exitCode: 130, updated: true });
    expect(it.outcomes).toEqual(['started', 'spec-written', 'done']);
  });

  it('at the second question: 130, and the spec is said to be stored', async () => {
    const it = scene({ answers: [true, new InterruptError('Interrupted. Nothing was written.')] });
    expect(await it.run({ yes: false })).toMatchObject({
      exitCode: 130,
      message: expect.stringContaining('the new spec is stored') as string,
    });
  });

  it('during the update: 130', async () => {
    const it = scene();
    it.kops.faults.update = { failed: true, interrupted: true };
    expect(await it.run()).toMatchObject({ exitCode: 130 });
    expect(it.outcomes.at(-1)).toBe('interrupted');
  });
});

describe('a spec that is already as requested', () => {
  it('is left alone', async () => {
    const it = scene({ enabled: true });
    expect(await it.run()).toMatchObject({ exitCode: 0, spec: 'unchanged' });
    expect([it.kops.calls, it.outcomes]).toEqual([[], []]);
  });

  it.each(['spec-written', 'interrupted'] as const)(
    'has its update run where an earlier run of ours ended with %s, which is done then',
    async (outcome) => {
      const it = scene({ enabled: true, last: { outcome } });
      expect(await it.run({}, OURS)).toMatchObject({ exitCode: 0, updated: true, spec: 'unchanged' });
      expect([it.kops.calls, it.outcomes]).toEqual([['update'], ['done']]);
    },
  );

  it('is recorded with its groups only where nothing was pending before', async () => {
    const [quiet, busy] = [scene(), scene()];
    await quiet.run();
    await busy.run({ includePending: true }, FOREIGN);
    expect([quiet, busy].map(({ begun }) => begun[0]?.groupsHash)).toEqual([groupsHash(GROUPS), undefined]);
  });

  const OTHERS: [string, Partial<JournalEntry> | undefined][] = [
    ['there is no record', undefined],
    ['our change is applied already', { outcome: 'done' }],
    ['our change was not stored', { outcome: 'not-written' }],
    ['something else was stored', { outcome: 'failed' }],
    ['the spec was changed since', { outcome: 'spec-written', before: JSON.stringify(cluster({ channel: 'beta' })) }],
    ['the groups were changed since', { outcome: 'spec-written', groupsHash: groupsHash([group('a', 'Master')]) }],
    ['nobody saw that nothing was pending before', { outcome: 'spec-written', groupsHash: undefined as never }],
    ['the record cannot be read', { outcome: 'spec-written', before: '{' }],
  ];
  it.each(OTHERS)('does not have its update run by --yes alone where %s', async (_, last) => {
    const it = scene({ enabled: true, ...(last ? { last } : {}) });
    await expect(it.run({}, OURS)).rejects.toThrow(UserError);
    expect(it.kops.calls).toEqual([]);
    expect(it.said.join('\n')).toContain('ManagedFile/cluster-completed.spec');
    expect(await it.run({ includePending: true }, OURS)).toMatchObject({ exitCode: 0, updated: true });
  });

  it('leaves an entry alone that is done, when the update of others is interrupted', async () => {
    const it = scene({ enabled: true, last: { outcome: 'done' } });
    it.kops.faults.update = { failed: true, interrupted: true };
    expect(await it.run({ includePending: true }, OURS)).toMatchObject({ exitCode: 130 });
    expect(it.outcomes).toEqual([]);
  });

  it('still has its Terraform files written', async () => {
    const it = scene({ enabled: true, last: { outcome: 'spec-written' } });
    expect(await it.run({ target: 'terraform', out: 'tf' })).toMatchObject({
      exitCode: 0,
      spec: 'unchanged',
      message: 'The Terraform files are in tf.',
    });
    expect([it.kops.calls, it.outcomes]).toEqual([['update'], ['done']]);
  });

  it('asks before it writes Terraform files, and says at a no that they are what is left', async () => {
    const it = scene({ enabled: true, answers: [false] });
    const { exitCode, message, next } = await it.run({ yes: false, target: 'terraform', out: 'tf' });
    expect([exitCode, message]).toEqual([5, 'the spec is stored, but its Terraform files were declined']);
    expect(next[0]?.command).toContain('--target=terraform --out=tf');
    expect(it.kops.calls).toEqual([]);
  });

  it('has a way back when its roll fails: the newest change on record', async () => {
    const it = scene({ enabled: true, last: { outcome: 'done' } });
    it.kops.faults.rollingUpdate = { failed: true, error: 'not validated' };
    const { next } = await it.run({ rollingUpdate: true });
    expect(next.map(({ command }) => command).slice(2)).toEqual([
      'kops-audit rollback 0 --cluster=m.k8s.local',
      'kops rolling-update cluster --name=m.k8s.local --instance-group=control-plane-a --cloudonly --yes',
    ]);
  });

  it('names the other commands of the way back where there is no record', async () => {
    const it = scene({ enabled: true });
    it.kops.faults.validate = { failed: true, error: 'not healthy' };
    const { next } = await it.run({ rollingUpdate: true });
    expect(next.map(({ command }) => command).slice(1)).toEqual([
      'kops update cluster --name=m.k8s.local --yes --create-kube-config=false',
      'kops rolling-update cluster --name=m.k8s.local --instance-group=control-plane-a --cloudonly --yes',
    ]);
  });

  it('has its update left when that is declined: an earlier run stored the spec', async () => {
    const it = scene({ enabled: true, answers: [false] });
    const { exitCode, spec, message, next } = await it.run({ yes: false }, OURS);
    expect([exitCode, spec]).toEqual([5, 'unchanged']);
    expect(message).toBe('the spec is stored, but its update was declined: no instance has changed');
    expect(next.map(({ command }) => command)).toContain(
      'kops update cluster --name=m.k8s.local --yes --create-kube-config=false',
    );
    expect(it.kops.calls).toEqual([]);
  });

  it('is not said to be unwritten when its update is interrupted at the question', async () => {
    const it = scene({ enabled: true, answers: [new InterruptError('Interrupted. Nothing was written.')] });
    const { exitCode, message } = await it.run({ yes: false }, OURS);
    expect([exitCode, message]).toEqual([
      130,
      'interrupted: the spec is stored but not yet applied: no instance has changed. Run it again, it is safe to repeat',
    ]);
    expect(it.kops.calls).toEqual([]);
  });

  it('can still be rolled', async () => {
    const it = scene({ enabled: true });
    expect(await it.run({ rollingUpdate: true })).toMatchObject({ exitCode: 0, rolled: true });
  });

  it('is not a reason to say that a spec was written when the update fails', async () => {
    const it = scene({ enabled: true, last: { outcome: 'spec-written' } });
    it.kops.faults.update = { failed: true, error: 'x' };
    expect(await it.run({}, OURS)).toMatchObject({ spec: 'unchanged' });
  });
});

describe('an adopted policy that reaches every node', () => {
  it('makes changes to node groups expected', () => {
    const spec = handMade('/srv/kubernetes/kube-apiserver/audit/policy.yaml', { roles: [] });
    const reading: LiveReading = {
      cluster: cluster(spec),
      groups: [...GROUPS],
      kopsVersion: '1.36.0',
      lastApplied: null,
      baseline: null,
    };
    const { plan } = prepareEnable(
      reading,
      options({ policy: { origin: 'template', name: 'metadata', source: readTemplates()['metadata']! } }),
      readTemplates(),
      [],
    );
    expect(plan.groups.filter(({ outdated }) => outdated).map(({ name }) => name)).toEqual([
      'control-plane-a',
      'nodes-a',
    ]);
  });
});
