import { describe, expect, it } from 'vitest';
import { changeLive } from '../helpers/change-live.ts';
import type { Journal, Outcome } from '../../src/change/journal/entry.ts';
import { prepareEnable } from '../../src/change/prepare.ts';
import type { ChangeResult, LiveSteps } from '../../src/change/change.ts';
import type { Talk } from '../../src/change/ports.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { GROUPS, cluster, options } from '../helpers/cluster.ts';
import { UP_TO_DATE, memoryKops } from '../helpers/memory-kops.ts';
import { STEPS } from '../helpers/steps.ts';

/** An error that nobody expected: a bug of ours, wherever it is. */
const BUG = 'x is not a function';

let planned: SpecChange | undefined;

interface Ran {
  /** The calls of what is outside, in order, such as `replace` or `finish`. */
  calls: string[];
  result: ChangeResult | null;
  thrown: unknown;
  outcomes: Outcome[];
  /** What really was done. */
  written: boolean;
  did: string[];
}

/** Runs the pipeline on a store in memory; the call with this number throws, before or after it did its work. */
async function run(steps: Partial<LiveSteps>, at = -1, when: 'before' | 'after' = 'before'): Promise<Ran> {
  const calls: string[] = [];
  const faulty = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const isHere = calls.push(String(name)) - 1 === at;
          if (isHere && when === 'before') throw new TypeError(BUG);
          const done: unknown = value.apply(object, args);
          if (!isHere) return done;
          if (!(done instanceof Promise)) throw new TypeError(BUG);
          return done.then(() => Promise.reject(new TypeError(BUG)));
        };
      },
    });
  const kops = memoryKops(cluster(), GROUPS);
  const reading = {
    cluster: structuredClone(kops.stored),
    groups: [...GROUPS],
    kopsVersion: '1.36.0',
    lastApplied: '1.36.0',
    baseline: UP_TO_DATE,
  };
  const plan = (planned ??= prepareEnable(reading, options(), readTemplates(), []).plan);
  const outcomes: Outcome[] = [];
  const entry = faulty({ id: '1', file: '/1.json', finish: async (outcome: Outcome) => void outcomes.push(outcome) });
  const edges = {
    kops: faulty(kops),
    storing: faulty(kops),
    journal: faulty({ begin: async () => (outcomes.push('started'), entry) } as unknown as Journal),
    talk: faulty<Talk>({
      confirm: async () => true,
      say: () => {},
      warn: () => {},
      relay: () => {},
      showPreview: () => {},
      during: (_text, work) => work(),
    }),
    interrupt: new AbortController().signal,
  };
  const subject = { type: 'cluster' as const, cluster: 'm.k8s.local' };
  const ended = await changeLive(reading, plan, subject, { ...STEPS, yes: true, ...steps }, edges).then(
    (result) => ({ result, thrown: null }),
    (thrown: unknown) => ({ result: null, thrown }),
  );
  const did = kops.calls.filter((call) => call !== 'replace');
  return { calls, ...ended, outcomes, written: kops.stored.spec['kubeAPIServer'] !== undefined, did };
}

/** What is not true of how a run ended. */
function untruths({ result, thrown, outcomes, written, did }: Ran): string[] {
  const last = outcomes.at(-1);
  const told = result?.message ?? '';
  return [
    thrown !== null && written && 'it throws, as if nothing were written',
    thrown !== null && last !== undefined && !['not-written', 'started'].includes(last) && `thrown, and ${last}`,
    written && last === 'not-written' && 'the journal says that nothing was written',
    !written && last !== undefined && !['not-written', 'started'].includes(last) && `not written, and ${last}`,
    last === 'done' && !did.includes('update') && 'the journal says done',
    result?.exitCode === 5 && !written && 'it says 5, and nothing is written',
    result?.exitCode === 5 && result.next.length === 0 && 'it does not say what is left',
    result?.updated === true && !did.includes('update') && 'it says that it updated',
    /update was not run|not yet applied/.test(told) && did.includes('update') && `untrue: ${told}`,
    /nothing was rolled/.test(told) && did.includes('rollingUpdate') && `untrue: ${told}`,
    / at .*:\d+:\d+/.test(told) && 'it shows a stack',
  ].filter((text) => text !== false);
}

const WAYS: readonly [string, Partial<LiveSteps>][] = [
  ['with a roll', { rollingUpdate: true }],
  ['asked at each step', { yes: false, rollingUpdate: true }],
  ['with --no-update', { update: false }],
  ['for Terraform', { target: 'terraform', out: 'tf' }],
];

describe.each(WAYS)('an error that nobody expected, %s', (_, steps) => {
  it.each(['before', 'after'] as const)('%s any call: what is said and recorded is true', async (when) => {
    const { calls } = await run(steps);
    expect(calls).toContain('replace');
    const wrong: string[] = [];
    for (const [at, call] of calls.entries()) {
      const ran = await run(steps, at, when);
      wrong.push(...untruths(ran).map((text) => `${call} (${at}): ${text}`));
    }
    expect(wrong).toEqual([]);
  });
});

describe('an error that nobody expected', () => {
  it('while the spec is read back leaves the entry as it was begun, and says that nothing is known', async () => {
    const clean = await run({});
    const ran = await run({}, clean.calls.lastIndexOf('getCluster'), 'after');
    expect(ran.outcomes).toEqual(['started']);
    expect(ran.result).toMatchObject({ exitCode: 5, spec: 'unknown', updated: false });
    expect(ran.result?.message).toBe(`the spec was sent, but it could not be read back: a bug of kops-audit: ${BUG}`);
  });

  it('of the write itself is no reason to go on, as long as it reads back as the old spec', async () => {
    const { calls } = await run({});
    const ran = await run({}, calls.indexOf('replace'), 'before');
    expect(ran.outcomes).toEqual(['started', 'not-written']);
    expect(ran.thrown).toMatchObject({ name: 'ExternalError' });
  });

  it.each([
    ['previewUpdate', 'the spec is stored, but the update was not run'],
    ['update', 'the spec is stored, but whether the update went through is not known'],
    ['rollingUpdate', 'the spec is stored and applied, but whether the roll went through is not known'],
    [
      'validate',
      'the spec is stored and applied, and the control plane is rolled, but whether the cluster is healthy is not known',
    ],
  ])('in %s says how far it came', async (call, message) => {
    const steps = { rollingUpdate: true };
    const { calls } = await run(steps);
    const { result } = await run(steps, calls.indexOf(call), 'after');
    expect(result).toMatchObject({ exitCode: 5, message: `${message}: a bug of kops-audit: ${BUG}` });
  });
});
