import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersOf, flagsOf, runbookCommand } from '../../src/wizard/flags.ts';
import type { Answers } from '../../src/wizard/question.ts';
import { NO_FLAGS } from '../../src/commands/enable.ts';
import { ANSWERS, world } from './scene.ts';

const WORLD = world();

function said(answers: Answers): object {
  const {
    set: _,
    replay: _r,
    allow: __,
    update: ___,
    output: ____,
    timeout: _____,
    ...flags
  } = flagsOf(answers, NO_FLAGS, WORLD);
  return flags;
}

describe('a log to tell the cost on', () => {
  it.each([
    [undefined, [], []],
    ['a.log', [], ['a.log']],
    ['none', ['a.log'], []],
    ['', ['a.log'], []],
    [undefined, ['a.log', 'b.log'], ['a.log', 'b.log']],
  ])('answered with %j, and %j given, is %j', (replay, given, wanted) => {
    const flags = { ...NO_FLAGS, replay: given };
    const answers = { ...ANSWERS, ...answersOf(flags, {}), ...(replay === undefined ? {} : { replay }) };
    expect(flagsOf(answers, flags, WORLD).replay).toEqual(wanted);
  });
});

describe('answers as flags', () => {
  it.each<[string, Answers, object]>([
    ['leave out what enable does by itself', ANSWERS, { cluster: 'off.k8s.local', policy: 'kops', log: true }],
    [
      'keep what is there',
      { place: 'on.k8s.local', policy: '+keep', log: 'file', rotation: 'keep', roll: 'later' },
      { cluster: 'on.k8s.local', log: true },
    ],
    [
      'roll now',
      { ...ANSWERS, roll: 'now' },
      { cluster: 'off.k8s.local', policy: 'kops', log: true, rollingUpdate: true },
    ],
    [
      'log to stdout',
      { ...ANSWERS, log: 'stdout' },
      { cluster: 'off.k8s.local', policy: 'kops', log: true, logPath: '-' },
    ],
    [
      'name another path',
      { ...ANSWERS, log: 'other', logPath: '/a/b' },
      { cluster: 'off.k8s.local', policy: 'kops', log: true, logPath: '/a/b' },
    ],
    [
      'name a rotation',
      { ...ANSWERS, rotation: 'small' },
      { cluster: 'off.k8s.local', policy: 'kops', log: true, logMaxAge: '7', logMaxBackups: '4', logMaxSize: '50' },
    ],
    [
      'name what the spec has otherwise',
      { ...ANSWERS, place: 'on.k8s.local' },
      { cluster: 'on.k8s.local', policy: 'kops', log: true, logMaxAge: '30' },
    ],
    [
      'a webhook alone stays',
      { place: 'hook.k8s.local', policy: 'kops', log: 'none' },
      { cluster: 'hook.k8s.local', policy: 'kops', log: true },
    ],
    [
      'a log beside a webhook',
      { place: 'hook.k8s.local', policy: 'kops', log: 'file', rotation: 'cis' },
      { cluster: 'hook.k8s.local', policy: 'kops', log: true, logPath: '/var/log/kube-audit/audit.log' },
    ],
    [
      'no log any more',
      { place: 'on.k8s.local', policy: '+keep', log: 'none' },
      { cluster: 'on.k8s.local', log: false },
    ],
    [
      'a policy of ones own is a path',
      { ...ANSWERS, policy: '+file', policyFile: 'mine' },
      { cluster: 'off.k8s.local', policy: './mine', log: true },
    ],
    [
      'a webhook beside the log, with a token',
      {
        ...ANSWERS,
        log: 'webhook',
        webhookUrl: 'https://a/b',
        webhookTrust: 'own',
        webhookCa: 'ca.pem',
        webhookSignIn: 'token',
        webhookToken: 'token',
      },
      {
        cluster: 'off.k8s.local',
        policy: 'kops',
        log: true,
        webhookUrl: 'https://a/b',
        webhookCa: 'ca.pem',
        webhookTokenFile: 'token',
      },
    ],
    [
      'a webhook, with a certificate',
      { ...ANSWERS, log: 'webhook', webhookUrl: 'https://a/b', webhookCert: 'c', webhookKey: 'k' },
      {
        cluster: 'off.k8s.local',
        policy: 'kops',
        log: true,
        webhookUrl: 'https://a/b',
        webhookClientCert: 'c',
        webhookClientKey: 'k',
      },
    ],
    [
      'another store',
      { ...ANSWERS, state: 's3://x' },
      { cluster: 'off.k8s.local', state: 's3://x', policy: 'kops', log: true },
    ],
    [
      'a file, without a store',
      { place: '+file', file: 'c.yaml', member: 'a', policy: 'kops', log: 'file', state: 's3://x' },
      { file: 'c.yaml', cluster: 'a', policy: 'kops', log: true },
    ],
  ])('%s', (_, answers, flags) => {
    expect(said(answers)).toEqual(flags);
  });

  it('leave other flags as they were given', () => {
    const given = { ...NO_FLAGS, dryRun: true, set: ['a=b'], webhookMode: 'batch', webhookUrl: 'https://a' };
    expect(flagsOf(ANSWERS, given, WORLD)).toMatchObject(given);
    const asked = { ...ANSWERS, log: 'webhook', webhookUrl: 'https://b' };
    expect(flagsOf(asked, { ...given, webhookConfig: 'f' }, WORLD)).toEqual({
      ...given,
      cluster: 'off.k8s.local',
      policy: 'kops',
      webhookUrl: 'https://b',
    });
  });
});

describe('flags as answers', () => {
  it('are what need not be asked', () => {
    const env = { KOPS_CLUSTER_NAME: 'env.k8s.local' };
    expect(answersOf(NO_FLAGS, {})).toEqual({});
    expect(answersOf(NO_FLAGS, env)).toEqual({ place: 'env.k8s.local' });
    expect(answersOf({ ...NO_FLAGS, cluster: 'x' }, env)).toEqual({ place: 'x' });
    expect(answersOf({ ...NO_FLAGS, file: 'c.yaml' }, env)).toEqual({ place: '+file', file: 'c.yaml' });
    expect(answersOf({ ...NO_FLAGS, policy: './p.yaml', log: false, rollingUpdate: true }, {})).toEqual({
      policy: '+file',
      policyFile: './p.yaml',
      log: 'none',
      roll: 'now',
    });
    expect(answersOf({ ...NO_FLAGS, state: 's3://x', policy: 'kops', logPath: '-', logMaxSize: '5' }, {})).toEqual({
      state: 's3://x',
      policy: 'kops',
      log: 'stdout',
      rotation: 'own',
      maxSize: '5',
    });
    expect(answersOf({ ...NO_FLAGS, logPath: '/a/b' }, {})).toEqual({ log: 'other', logPath: '/a/b' });
  });
});

describe('the command for the runbook', () => {
  it('is enable with these flags', () => {
    expect(
      runbookCommand({ ...NO_FLAGS, cluster: 'x', policy: './my policy.yaml', rollingUpdate: true, dryRun: true }, 100),
    ).toBe("kops-audit enable --cluster x --policy './my policy.yaml' --rolling-update");
    expect(
      runbookCommand(
        { ...NO_FLAGS, file: 'c.yaml', set: ['a=b', "c=d'e"], log: false, update: false, allow: ['r'] },
        200,
      ),
    ).toBe("kops-audit enable --file c.yaml --set a=b --set 'c=d'\\''e' --no-log --no-update --allow r");
  });

  it('goes on in further lines, and says the same on any width (property)', () => {
    const flags = {
      ...NO_FLAGS,
      cluster: 'prod.k8s.local',
      state: 's3://state',
      policy: 'a b.yaml',
      set: ['x=1', 'y=2'],
      logPath: '-',
      rollingUpdate: true,
    };
    const whole = runbookCommand(flags, 1000);
    expect(whole).not.toContain('\n');
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 120 }), (columns) => {
        const text = runbookCommand(flags, columns);
        expect(text.replaceAll(' \\\n    ', ' ')).toBe(whole);
        expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 35));
      }),
    );
  });
});
