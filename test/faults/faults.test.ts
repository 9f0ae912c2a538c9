import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { InterruptError } from '../../src/errors.ts';
import type * as prepare from '../../src/change/prepare.ts';
import type { Tally } from './tally.ts';

vi.mock('node:fs', async (original) => (await import('./files-edge.ts')).filesEdge(await original()));
/** Planning and judging is pure, and most of the time of a run: each plan is made once. */
vi.mock('../../src/change/prepare.ts', async (original) => {
  const real = await original<typeof prepare>();
  const made = new Map<string, unknown>();
  const once =
    <A extends unknown[], R>(name: string, work: (...args: A) => R) =>
    (...args: A): R => {
      const key = JSON.stringify([name, args]);
      if (!made.has(key)) made.set(key, work(...args));
      return made.get(key) as R;
    };
  return {
    ...real,
    prepareEnable: once('enable', real.prepareEnable),
    prepareDisable: once('disable', real.prepareDisable),
  };
});
vi.mock('../../src/process/run.ts', async () => ({ runProgram: (await import('./kops-edge.ts')).runProgram }));
vi.mock('../../src/terminal/confirm.ts', async () => {
  const { answer } = await import('./run.ts');
  return {
    confirm: ({ text }: { text: string }) =>
      answer(text, () => new InterruptError('Interrupted. Nothing was written.')),
  };
});
vi.mock('../../src/process/alive.ts', async () => {
  const { thisProcess } = await import('./process.ts');
  return {
    thisProcess: () => ({ pid: thisProcess()?.pid ?? 0 }),
    isAlive: ({ pid }: { pid: number }) => thisProcess()?.world.alive.has(pid) ?? false,
  };
});

const { SCENARIOS } = await import('./scenarios.ts');
const { openStage, closeStage } = await import('./stage.ts');
const { chooseFaults } = await import('./choose.ts');
const { judge } = await import('./judge.ts');
const { count, tallyText } = await import('./tally.ts');

/** How many runs in all: some in `npm test`, 10,000 in `npm run faults`. */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 210);
const SEED = Number(process.env['FAULT_SEED'] ?? 1);

describe('whatever goes wrong, at whichever point', () => {
  const tally: Tally = new Map();
  afterAll(() => {
    if (process.env['FAULT_RUNS']) console.log(tallyText(tally));
  });

  it.each(SCENARIOS.map((scenario, index) => [scenario.name, scenario, index] as const))(
    '%s: the spec is the old or the new one, and what is said of it is true',
    async (_, scenario, index) => {
      const stage = await openStage(scenario);
      onTestFinished(() => closeStage(stage));
      const faults = chooseFaults(stage, Math.ceil(RUNS / SCENARIOS.length), SEED * 1000 + index);
      const violations: string[] = [];
      for (const [run, fault] of faults.entries()) {
        const verdict = await judge(stage, fault, SEED * 1_000_000 + run);
        count(tally, verdict);
        violations.push(...verdict.violations);
      }
      expect(violations).toEqual([]);
    },
    600_000,
  );
});
