import { sameJson } from '../../src/json.ts';
import { CHECKS } from './checks.ts';
import { CONDITIONS } from './conditions.ts';
import { essence, specIn } from './essence.ts';
import { factsOf, type Facts } from './facts.ts';
import { JOURNAL_CHECKS } from './journal-checks.ts';
import type { Fault } from './process.ts';
import { again, perform, type Stage } from './stage.ts';

/** One run and what was found wrong with it. */
export interface Verdict {
  fault: Fault;
  status: number | 'killed';
  /** What is stored after it. */
  spec: 'as before' | 'old' | 'new' | 'other';
  /** Each with enough to run it again. */
  violations: string[];
}

/** Runs a scenario with a fault, holds everything against it that must be true, and runs it once more where it was cut short. */
export async function judge(stage: Stage, fault: Fault, seed: number): Promise<Verdict> {
  const ran = await perform(stage, fault, seed);
  const facts = factsOf(stage, ran, fault);
  const found = Object.entries({ ...CHECKS, ...JOURNAL_CHECKS }).flatMap(([name, check]) => {
    const wrong = check(facts);
    return wrong ? [`${name}: ${wrong}`] : [];
  });
  const later = isCutShort(facts) ? await foundAgain(facts) : [];
  const where = `${stage.scenario.name} | ${fault.kind} at ${fault.at} (${ran.process.met?.what ?? 'before'}), seed ${seed} | ${ran.status}`;
  const violations = [...found, ...later].map((text) => `${where} | ${text} | … ${facts.said.slice(-250)}`);
  return { fault, status: ran.status, spec: specAfter(facts), violations };
}

function specAfter({ changes, now, old, planned }: Facts): Verdict['spec'] {
  if (now === old) return changes ? 'old' : 'as before';
  return now === planned ? 'new' : 'other';
}

/** Whether it can be run again to the end it was meant to have: with the same spec before it, and nobody else at work. */
function isCutShort({ ran, fault, stage }: Facts): boolean {
  const { command, before } = stage.scenario;
  if (fault.kind in CONDITIONS || /^(other|drops|rival)/.test(fault.kind)) return false;
  return ['killed', 130, 5].includes(ran.status) && (command !== 'rollback' || before.length === 1);
}

/** "Run it again, it is safe to repeat": the spec is then the planned one, applied, and what was cut off is told. */
async function foundAgain({ stage, ran, entries, planned, did, changes }: Facts): Promise<string[]> {
  const { scenario, world } = stage;
  const second = await again(stage);
  const said = second.process.err;
  const isDone = scenario.command === 'rollback' && second.status === 2 && /taken back/.test(said);
  const applied = scenario.place === 'file' || scenario.flags.update === false || scenario.flags.target !== undefined;
  const cutOff = ran.status === 'killed' && entries[0]?.entry.outcome === 'started';
  return [
    second.status !== 0 && !isDone && `run again it ends with ${second.status}: ${said.slice(-200)}`,
    essence(specIn(second.after, scenario)) !== planned && 'run again it does not leave the planned spec',
    !applied && !sameJson(world.store.stored.spec, world.store.applied) && 'run again it does not apply the spec',
    cutOff &&
      changes &&
      did.update === 0 &&
      !said.includes('was cut off') &&
      'run again it does not tell what was cut off',
  ].filter((text) => text !== false);
}
