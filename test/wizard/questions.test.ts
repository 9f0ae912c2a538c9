import { describe, expect, it } from 'vitest';
import { readTemplates } from '../../src/input/templates.ts';
import { plainStyle } from '../../src/report/text.ts';
import { questionOf, QUESTIONS } from '../../src/wizard/flow.ts';
import { ADVICE } from '../../src/wizard/policy-questions.ts';
import type { Answers, Body, QuestionId } from '../../src/wizard/question.ts';
import { cutEnd } from '../../src/report/fit.ts';
import { questionText } from '../../src/wizard/screen.ts';
import { stampText } from '../../src/policy/render/stamp.ts';
import { cluster, group, HAND_MADE, handMade } from '../helpers/cluster.ts';
import { ANSWERS, inStore, world } from './scene.ts';

const WORLD = world();
const WITH_FILE = world({ inFile: WORLD.stored });
const ON: Answers = { place: 'on.k8s.local' };
const OFF: Answers = { place: 'off.k8s.local' };

function body(id: QuestionId, answers: Answers = OFF): Body {
  return questionOf(id).body(answers, WORLD);
}

function values({ choices = [] }: Body): string[] {
  return choices.map(({ value }) => value);
}

describe('every question', () => {
  it.each(QUESTIONS.flatMap(({ id }) => [ON, OFF].map((answers) => [id, answers] as const)))(
    '%s %j has a default that can be chosen, its reason, and an explanation that fits 80×24',
    (id, answers) => {
      const question = questionOf(id).body(answers, WITH_FILE);
      const { choices } = question;
      if (choices !== undefined) expect(values(question)).toContain(question.default);
      expect(question.reason).toMatch(/^\S.*\.$/);
      const showing = { crumbs: '', explaining: true, canGoBack: true, columns: 80, style: plainStyle };
      const lines = questionText(question, showing).split('\n');
      expect(lines.length + (choices?.length ?? 0) + 3).toBeLessThanOrEqual(24);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(choices?.filter(({ name }) => cutEnd(name, 76) !== name) ?? []).toEqual([]);
    },
  );
});

describe('the cluster', () => {
  it('says of each whether auditing is on, and takes the first where it is not', () => {
    const { choices = [], ...place } = body('place', {});
    expect(choices.map(({ name }) => name)).toEqual([
      'on.k8s.local     auditing is on: a policy of your own',
      'off.k8s.local    auditing is off',
      'hook.k8s.local   auditing is half set up',
      'a spec in a file',
      'a cluster in another state store',
    ]);
    expect(place).toMatchObject({
      default: 'off.k8s.local',
      reason: 'off.k8s.local is the first one without auditing.',
    });
  });

  it.each([
    [[], null, '+file', 'The state store has no clusters.'],
    [[], 'there is no kops', '+file', 'kops lists no clusters: there is no kops'],
    [[inStore(cluster())], null, 'm.k8s.local', 'It is the only cluster in the state store.'],
    [WORLD.stored.slice(0, 1), null, 'on.k8s.local', 'It is the only cluster in the state store.'],
  ])('of %# clusters', (stored, problem, expected, reason) => {
    expect(questionOf('place').body({}, world({ stored, problem }))).toMatchObject({ default: expected, reason });
  });

  it('tells one that kOps could not read', () => {
    const stored = [inStore(cluster({ kubeAPIServer: 'x' }))];
    expect(questionOf('place').body({}, world({ stored })).choices?.[0]?.name).toBe(
      'm.k8s.local   auditing cannot be read',
    );
  });
});

describe('what a cluster has', () => {
  const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
  const bare = cluster({ kubeAPIServer: { auditPolicyFile: PATH, auditLogPath: '/var/log/a/a.log' } });

  it('counts the policy that the instance groups bring', () => {
    const bringing = group('a', 'Master', { fileAssets: [{ name: 'own', path: PATH, content: HAND_MADE }] });
    const { present } = inStore(bare, [bringing]);
    expect(present).toMatchObject({ isOn: true, state: 'auditing is on: a policy of your own' });
    const stored = [inStore(bare, [bringing])];
    expect(questionOf('policy').body({ place: 'm.k8s.local' }, world({ stored })).default).toBe('+keep');
  });

  it('is broken where nothing brings the policy, or the API server would refuse it', () => {
    expect(inStore(bare).present).toMatchObject({ isOn: false, state: 'auditing is broken' });
    const refused = cluster(handMade(PATH, { content: HAND_MADE.replace('Metadata', 'Everything') }));
    expect(inStore(refused).present.state).toBe('auditing is broken: a policy of your own');
  });

  it('tells that a policy of ours was edited by hand', () => {
    const stamped = stampText(HAND_MADE, { policy: 'metadata', version: '0.1.0', set: {}, made: [] });
    const edited = cluster(handMade(PATH, { content: stamped.replace('Metadata', 'Request') }));
    expect(inStore(edited).present.policy).toBe('metadata, edited by hand');
  });
});

describe('the policy', () => {
  it('shows what each costs and records', () => {
    const policy = body('policy');
    expect(policy.head).toBe('            events   bytes  of what metadata writes of the same requests');
    expect(policy.choices?.map(({ name }) => name)).toEqual([
      'kops        50 %    48 %  who changed what, who read secrets, no noise',
      'metadata   100 %   100 %  who did what and when: everything, no bodies',
      'gce         92 %   218 %  writes with bodies and answers, reads briefly',
      'a file of your own',
    ]);
    expect(policy.choices?.[0]?.description).toBe(
      'Take it to see who changed what on a kOps cluster, in the smallest log. On a log of API traffic alone: 62 % of events, 62 % of bytes.',
    );
  });

  it('has advice for each template', () => {
    expect(Object.keys(ADVICE)).toEqual(Object.keys(readTemplates()));
  });

  it('stays by default where there is one', () => {
    expect(body('policy', ON)).toMatchObject({
      default: '+keep',
      choices: [{ name: 'keep the present policy: a policy of your own' }, {}, {}, {}, {}],
    });
    expect(body('policy', OFF).default).toBe('kops');
  });
});

describe('the log', () => {
  it('is by default where the spec has it', () => {
    expect(body('log', ON)).toMatchObject({
      default: 'file',
      choices: [{ name: 'a file: /var/log/audit/audit.log' }, {}, {}, {}],
    });
    expect(body('log', OFF)).toMatchObject({
      default: 'file',
      choices: [{ name: 'a file: /var/log/kube-audit/audit.log' }, {}, {}, {}],
    });
    expect(values(body('log', { place: 'hook.k8s.local' }))).toEqual(['file', 'stdout', 'other', 'webhook', 'none']);
    expect(body('log', { place: 'hook.k8s.local' }).default).toBe('none');
    const stored = [inStore(cluster({ kubeAPIServer: { auditLogPath: '-' } }))];
    expect(questionOf('log').body({ place: 'm.k8s.local' }, world({ stored }))).toMatchObject({
      default: 'stdout',
      choices: [{ name: 'a file: /var/log/kube-audit/audit.log' }, {}, {}, {}],
    });
  });

  it('shows the disk that each rotation can take at worst', () => {
    expect(body('rotation', OFF).choices?.map(({ name }) => name)).toEqual([
      'cis        30 days, 10 × 100 MiB: at worst 1.1 GiB',
      'small      7 days, 4 × 50 MiB: at worst 250 MiB',
      'large      90 days, 50 × 100 MiB: at worst 5 GiB',
      'own        numbers of your own',
    ]);
    const kept = body('rotation', ON);
    expect(kept).toMatchObject({ default: 'keep' });
    expect(kept.choices?.[0]?.name).toBe('as it is   5 days, 10 × 100 MiB: at worst 1.1 GiB');
  });

  it('counts the disk with the numbers given so far', () => {
    const own = { ...ANSWERS, rotation: 'own', maxBackups: '0' };
    expect(body('maxSize', own).reason).toBe('100 is what the CIS benchmark asks for. With it the log has no limit.');
    expect(body('maxAge', { ...own, place: 'on.k8s.local' }).reason).toBe('5 is what the spec has.');
  });
});
