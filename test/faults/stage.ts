import { rmSync } from 'node:fs';
import { CONDITIONS } from './conditions.ts';
import { FILE_FAULTS, fitsFiles } from './files-edge.ts';
import { fitsKops, KOPS_FAULTS } from './kops-faults.ts';
import { newProcess, type Fault, type Point, type Process } from './process.ts';
import { QUESTION_FAULTS, runProcess, STDOUT_FAULTS } from './run.ts';
import { commandOf, specText, type Scenario } from './scenarios.ts';
import { restore, snapshot, type Snapshot } from './snapshot.ts';
import { makeWorld, type World } from './world.ts';

/** A scenario ready to be run many times, each time from the same start. */
export interface Stage {
  scenario: Scenario;
  world: World;
  start: Snapshot;
  /** The spec that the command leaves where all goes well and all is agreed to. */
  planned: Snapshot;
  /** The run in which nothing goes wrong. */
  clean: Ran;
}

/** A run that is over. */
export interface Ran {
  process: Process;
  status: number | 'killed';
  /** The world after it. */
  after: Snapshot;
}

/** Makes a scenario's world, with what was run in it before, and runs the scenario once with nothing going wrong. */
export async function openStage(scenario: Scenario): Promise<Stage> {
  const world = makeWorld(scenario.spec, specText(scenario));
  for (const step of scenario.before)
    await runProcess(newProcess(world, null, step[2] ?? []), commandOf(scenario, step, world));
  const start = snapshot(world);
  const stage = { scenario, world, start, planned: start };
  const { after: planned } = await perform(
    { ...stage, scenario: { ...scenario, answers: [true, true, true] } },
    null,
    0,
  );
  return { ...stage, planned, clean: await perform(stage, null, 0) };
}

/** Removes the world. */
export function closeStage({ world }: Stage): void {
  rmSync(world.dir, { recursive: true, force: true });
}

/** Runs the scenario from the start, with a fault. The same seed throws the same coins. */
export async function perform(
  stage: Pick<Stage, 'scenario' | 'world' | 'start'>,
  fault: Fault | null,
  seed: number,
): Promise<Ran> {
  const { scenario, world, start } = stage;
  restore(world, start);
  world.chance = coins(seed);
  if (fault?.at === BEFORE) CONDITIONS[fault.kind]?.(world, scenario);
  const process = newProcess(world, fault, scenario.answers);
  world.rival = async () => {
    const flags = { ...scenario.flags, yes: true };
    const other = newProcess(world, null, []);
    world.rivals.push(await runProcess(other, commandOf(scenario, [scenario.command, flags], world)));
  };
  const status = await runProcess(process, commandOf(scenario, [scenario.command, scenario.flags], world));
  return { process, status, after: snapshot(world) };
}

/** Runs it once more in the world as it is, with yes to all and nothing going wrong. */
export async function again({ scenario, world }: Stage): Promise<Ran> {
  const process = newProcess(world, null, []);
  const flags = { ...scenario.flags, yes: true, ...(scenario.place === 'live' ? { includePending: true } : {}) };
  const status = await runProcess(process, commandOf(scenario, [scenario.command, flags], world));
  return { process, status, after: snapshot(world) };
}

/** For what is wrong before the run begins. */
export const BEFORE = -1;

const KINDS: Readonly<Record<Point['edge'], readonly string[]>> = {
  kops: [...Object.keys(KOPS_FAULTS), 'interrupted', 'killed', 'rival'],
  files: FILE_FAULTS,
  question: QUESTION_FAULTS,
  stdout: STDOUT_FAULTS,
};

const FITS: Readonly<Record<Point['edge'], (kind: string, what: string) => boolean>> = {
  kops: fitsKops,
  files: fitsFiles,
  question: () => true,
  stdout: () => true,
};

/** Every fault that can happen at every point of a scenario. */
export function faultsOf({ clean }: Stage): Fault[] {
  const before = Object.keys(CONDITIONS).map((kind) => ({ kind, at: BEFORE }));
  const during = clean.process.points.flatMap(({ edge, what }, at) =>
    KINDS[edge].filter((kind) => FITS[edge](kind, what)).map((kind) => ({ kind, at })),
  );
  return [...before, ...during];
}

/** A coin that falls the same way for the same seed (mulberry32). */
function coins(seed: number): () => boolean {
  const next = numbers(seed);
  return () => next() < 0.5;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
