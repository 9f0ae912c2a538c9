import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, offered, questionOf, QUESTIONS, reduce, settle, type WizardState } from '../../src/wizard/flow.ts';
import type { Answers, World } from '../../src/wizard/question.ts';
import { GO, reviewBody, STOP } from '../../src/wizard/screen.ts';
import { ANSWERS, world } from './scene.ts';

const WORLD = world();

/** Answers one after the other; gives the questions in the order they came, and where it ended. */
function walk(values: readonly string[], from: Answers = {}, known: World = WORLD): [string[], WizardState] {
  let state = settle(begin(from), known);
  const asked: string[] = [];
  for (const value of values) {
    asked.push(String(state.at));
    state = settle(reduce(state, { type: 'answer', value }), known);
  }
  return [asked, state];
}

describe('the way through the questions', () => {
  it('asks for each once, and ends at the review', () => {
    const [asked, state] = walk(['off.k8s.local', 'kops', 'file', 'cis', 'later']);
    expect(asked).toEqual(['place', 'policy', 'log', 'rotation', 'roll']);
    expect(state).toMatchObject({ at: 'review', answers: ANSWERS });
  });

  it('asks what follows from an answer', () => {
    const [asked] = walk([
      'off.k8s.local',
      '+file',
      'p.yaml',
      'other',
      '/var/log/x/y',
      'own',
      '1',
      '2',
      '3',
      'now',
      '',
    ]);
    const expected = [
      'place',
      'policy',
      'policyFile',
      'log',
      'logPath',
      'rotation',
      'maxAge',
      'maxBackups',
      'maxSize',
      'roll',
      'review',
    ];
    expect(asked).toEqual(expected);
  });

  it('asks of a webhook where it is, and only over https how the two know each other', () => {
    const log = ['off.k8s.local', 'kops', 'webhook', 'cis'];
    const secure = [...log, 'https://a/b', 'own', 'ca.pem', 'certificate', 'c.pem', 'c.key', 'later'];
    const asked = ['webhookUrl', 'webhookTrust', 'webhookCa', 'webhookSignIn', 'webhookCert', 'webhookKey', 'roll'];
    expect(walk(secure)[0].slice(4)).toEqual(asked);
    expect(walk([...log, 'https://a/b', 'system', 'token', 't', 'later'])[0].slice(4)).toEqual([
      'webhookUrl',
      'webhookTrust',
      'webhookSignIn',
      'webhookToken',
      'roll',
    ]);
    expect(walk([...log, 'http://a/b', 'later'])[0].slice(4)).toEqual(['webhookUrl', 'roll']);
  });

  it('asks nothing of rotation where there is no file', () => {
    expect(walk(['off.k8s.local', 'kops', 'stdout', ''])[0]).toEqual(['place', 'policy', 'log', 'roll']);
    expect(walk(['hook.k8s.local', 'kops', 'none', ''])[0]).toEqual(['place', 'policy', 'log', 'roll']);
  });

  it('asks for the cluster again once another state store is named', () => {
    const [asked, state] = walk(['+store', 's3://other']);
    expect(asked).toEqual(['place', 'state']);
    expect(state).toMatchObject({ at: 'place', answers: { state: 's3://other' } });
  });

  it('asks which cluster of a file where there are several, and not for the roll', () => {
    const inFile = WORLD.stored;
    const [asked, state] = walk(['+file', 'c.yaml', 'off.k8s.local', 'kops', 'file', 'cis'], {}, world({ inFile }));
    expect(asked).toEqual(['place', 'file', 'member', 'policy', 'log', 'rotation']);
    expect(state.at).toBe('review');
  });

  it('does not ask what is said already, nor for a roll that flags rule out', () => {
    const [, state] = walk([], { place: 'off.k8s.local', policy: 'kops', log: 'stdout' }, world({ rolls: false }));
    expect(state.at).toBe('review');
  });

  it('drops what is said of a cluster that is not there', () => {
    const [, state] = walk([], { place: 'of.k8s.local', policy: 'kops' });
    expect(state).toMatchObject({ at: 'place', answers: { policy: 'kops' } });
  });

  it('drops an answer that the new cluster does not allow', () => {
    const kept = { ...ANSWERS, place: 'on.k8s.local', policy: '+keep', rotation: 'keep' };
    const edited = reduce(settle(begin(kept), WORLD), { type: 'edit', id: 'place' });
    const state = settle(reduce(edited, { type: 'answer', value: 'off.k8s.local' }), WORLD);
    expect(state.at).toBe('policy');
    expect(state.answers).toEqual({ place: 'off.k8s.local', log: 'file', roll: 'later' });
  });
});

describe('going back', () => {
  it('takes the step before up again, and offers what was answered there', () => {
    const [, there] = walk(['off.k8s.local', 'kops', 'stdout']);
    const back = reduce(reduce(there, { type: 'back' }), { type: 'back' });
    expect(back).toMatchObject({ at: 'policy', answers: { place: 'off.k8s.local' } });
    expect(offered(back, 'policy', 'gce')).toBe('kops');
  });

  it('changes nothing at the first question', () => {
    const first = settle(begin({}), WORLD);
    expect(reduce(first, { type: 'back' })).toEqual(first);
  });

  it('undoes a change at the review', () => {
    const review = settle(begin(ANSWERS), WORLD);
    const back = reduce(reduce(review, { type: 'edit', id: 'policy' }), { type: 'back' });
    expect(back).toMatchObject({ at: 'review', answers: ANSWERS });
  });

  it('from wherever one is, as often as there were steps, gives the beginning (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (picks) => {
        let state = settle(begin({}), WORLD);
        for (const pick of picks) state = settle(reduce(state, anyEvent(state, pick)), WORLD);
        expect(state.at === 'review' || state.answers[state.at!] === undefined || state.past.length > 0).toBe(true);
        for (let steps = state.past.length; steps > 0; steps--) state = reduce(state, { type: 'back' });
        expect(state).toMatchObject({ at: 'place', answers: {}, past: [] });
      }),
    );
  });
});

/** One of the things a person can do where the wizard is. */
function anyEvent(state: WizardState, pick: number): Parameters<typeof reduce>[1] {
  if (state.at === 'review') {
    const ids = reviewBody(state.answers, WORLD)
      .choices!.map(({ value }) => value)
      .filter((id) => id !== GO && id !== STOP);
    return { type: 'edit', id: QUESTIONS.find(({ id }) => id === ids[pick % ids.length])!.id };
  }
  const { choices } = questionOf(state.at!).body(state.answers, WORLD);
  return { type: 'answer', value: choices === undefined ? String(pick) : choices[pick % choices.length]!.value };
}

describe('the explanation', () => {
  it('comes and goes, and keeps what the cursor was on', () => {
    const open = reduce(settle(begin({}), WORLD), { type: 'explain', draft: 'on.k8s.local' });
    expect(open).toMatchObject({ at: 'place', explaining: true });
    expect(offered(open, 'place', 'off.k8s.local')).toBe('on.k8s.local');
    expect(reduce(open, { type: 'explain', draft: '' })).toMatchObject({ explaining: false });
    expect(reduce(open, { type: 'answer', value: 'off.k8s.local' })).toMatchObject({ explaining: false, draft: null });
  });
});
