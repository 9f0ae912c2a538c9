import { GUARDED, type Guarded } from '../sensitive.ts';
import { type Policy, type RequestAttributes, type Stage, STAGES, type Selector } from '../types.ts';
import { meet, termsOf } from './box.ts';
import { attempt, budgetOf, findUncovered } from './search.ts';
import { type Comparison, comparePolicies, type DifferenceClass } from './compare.ts';
import { exampleOf } from './describe.ts';
import type { Outcome } from './sides.ts';

/** Something that one policy does and another must not come to do unasked. */
export interface Harm {
  /** `recorded`: a secret body gets into the log. `silenced`: what was in the log is not, or no longer with its end. */
  kind: 'recorded' | 'silenced';
  /** What it is about, as in `GUARDED`. */
  name: string;
  /** A request of whom that is true. */
  example: RequestAttributes;
  /** The rules of the second policy that may decide it, counted from 1; 0 for none. */
  rules: number[];
}

export interface Judgement {
  comparison: Comparison;
  harms: Harm[];
}

/**
 * Compares two policies, and tells what of `GUARDED` the second records the bodies of that the first does not, and what it silences:
 * for any user, group, namespace and name. Of `comparison.notDecided` it tells nothing: that may hold harm.
 */
export function judgeChange(before: Policy, after: Policy, options: { steps?: number } = {}): Judgement {
  const comparison = comparePolicies(before, after, { ...options, along: ALONG });
  return { comparison, harms: comparison.classes.flatMap(harmsOf) };
}

const ALONG: readonly Selector[] = GUARDED.flatMap(({ use, bodies }) => [
  use,
  ...(bodies ? [bodies.sent, bodies.answered] : []),
]);

function harmsOf(entry: DifferenceClass): Harm[] {
  const { before, after, rules } = entry;
  const found = (kind: Harm['kind'], name: string, selectors: readonly Selector[]): Harm[] => {
    const example = exampleIn(entry, selectors);
    return example ? [{ kind, name, example, rules: rules.after }] : [];
  };
  return GUARDED.flatMap((part) => [
    ...found('recorded', part.name, newBodies(part, before, after)),
    ...found('silenced', part.name, isSilenced(before, after) ? [part.use] : []),
  ]);
}

function newBodies({ bodies }: Guarded, before: Outcome, after: Outcome): Selector[] {
  const isNew = (body: Body): boolean => !isWithin(stagesWith(body, after), stagesWith(body, before));
  return [...(bodies && isNew('sent') ? [bodies.sent] : []), ...(bodies && isNew('answered') ? [bodies.answered] : [])];
}

type Body = 'sent' | 'answered';

/** A body is in the events after the handler ran (`pkg/audit/request.go` of k8s.io/apiserver, release 1.37). */
const WITH_BODIES: readonly Stage[] = ['ResponseComplete', 'Panic'];

function stagesWith(body: Body, { level, omitStages }: Outcome): Stage[] {
  const isRecorded = level === 'RequestResponse' || (level === 'Request' && body === 'sent');
  return isRecorded ? WITH_BODIES.filter((stage) => !omitStages.includes(stage)) : [];
}

// The event at RequestReceived has nothing that a later one has not, so its loss alone silences nothing.
function isSilenced(before: Outcome, after: Outcome): boolean {
  const [was, is] = [stagesOf(before), stagesOf(after)];
  const told = was.filter((stage) => stage !== 'RequestReceived');
  return was.length > 0 && (is.length === 0 || !isWithin(told, is));
}

function stagesOf({ level, omitStages }: Outcome): Stage[] {
  return level === 'None' ? [] : STAGES.filter((stage) => !omitStages.includes(stage));
}

function isWithin(some: readonly Stage[], all: readonly Stage[]): boolean {
  return some.every((stage) => all.includes(stage));
}

const STEPS = 100_000;

// Where it takes too long to tell, the example of the class stands for it: better too much harm than too little.
function exampleIn(
  { requests, example }: DifferenceClass,
  selectors: readonly Selector[],
): RequestAttributes | undefined {
  const { universe, box, except } = requests;
  for (const term of selectors.flatMap((selector) => termsOf(universe, selector, 0))) {
    const part = meet(box, term);
    const budget = budgetOf(STEPS, universe.width);
    const found = part && attempt(() => findUncovered(part, except, budget, new Set()));
    if (found === 'not-decided') return example;
    if (found) return exampleOf(universe, found);
  }
  return undefined;
}
