import { type Box, type Dimension, inside, meets, openOf, outside, type Term } from './box.ts';

/** How much may still be looked at. */
export interface Budget {
  /** One step is one box held against one term, where the sets are short. */
  steps: number;
  /** What it costs to hold one box against one term. */
  cost: number;
  /** How many cuts may still be made one inside the other. */
  depth: number;
}

const BITS_A_STEP = 1000;
/** How many cuts may be made one inside the other. */
const DEEPEST = 500;

/** A budget of some steps for a universe whose sets are `width` bits long. */
export function budgetOf(steps: number, width: number): Budget {
  return { steps, cost: 1 + width / BITS_A_STEP, depth: DEEPEST };
}

/** Thrown inside this room where a budget is used up; `attempt` catches it. */
class OutOfBudget extends Error {}

/** Takes steps off a budget. */
export function spend(budget: Budget, steps: number): void {
  budget.steps -= steps * budget.cost;
  if (budget.steps < 0) throw new OutOfBudget();
}

/** Runs a search; 'not-decided' where its budget does not suffice. */
export function attempt<T>(search: () => T): T | 'not-decided' {
  try {
    return search();
  } catch (error) {
    if (error instanceof OutOfBudget) return 'not-decided';
    throw error;
  }
}

/**
 * Looks for a part of a box that no term touches.
 *
 * @param used where the rules are collected that together cover the box, for when there is no such part.
 * @returns undefined where the terms cover the box.
 */
export function findUncovered(box: Box, terms: readonly Term[], budget: Budget, used: Set<number>): Box | undefined {
  budget.depth = DEEPEST;
  return search(narrowed(box), terms, budget, new Set()) ?? search(box, terms, budget, used);
}

// What no rule mentions is seldom covered, and few terms meet it.
function narrowed(box: Box): Box {
  return {
    ...box,
    users: unmentioned(box.users),
    namespaces: unmentioned(box.namespaces),
    names: unmentioned(box.names),
  };
}

function unmentioned(set: bigint): bigint {
  return set & 1n || set;
}

function search(box: Box, terms: readonly Term[], budget: Budget, used: Set<number>): Box | undefined {
  const reduced = reduce(box, terms, budget, used);
  if (!reduced) return undefined;
  const [first] = reduced.terms;
  if (!first) return reduced.box;
  const next = reduced.terms.reduce((best, term) => (term.open.length < best.open.length ? term : best), first);
  return cut(
    reduced.box,
    next,
    reduced.terms.filter((entry) => entry !== next).map(({ term }) => term),
    budget,
    used,
  );
}

interface Met {
  term: Term;
  /** The dimensions in which the box reaches out of the term. */
  open: Dimension[];
}

/**
 * Cuts those terms off a box that leave only one dimension of it open.
 *
 * @returns what is left of the box, and the other terms that meet it; undefined where nothing is left.
 */
export function reduce(
  start: Box,
  all: readonly Term[],
  budget: Budget,
  used: Set<number>,
): { box: Box; terms: Met[] } | undefined {
  let box = start;
  for (let terms = all; ;) {
    const met: Met[] = [];
    let changed = false;
    for (const term of terms) {
      spend(budget, 1);
      if (!meets(box, term)) continue;
      const open = openOf(box, term);
      if (open.length > 1) met.push({ term, open });
      else {
        used.add(term.rule);
        const left = open[0] && outside(box, term, open[0]);
        if (!left) return undefined;
        box = left;
        changed = true;
      }
    }
    if (!changed) return { box, terms: met };
    terms = met.map(({ term }) => term);
  }
}

function cut(box: Box, { term, open }: Met, rest: readonly Term[], budget: Budget, used: Set<number>): Box | undefined {
  if (budget.depth === 0) throw new OutOfBudget();
  budget.depth -= 1;
  let left: Box | undefined = box;
  for (const name of open) {
    const piece: Box | undefined = left && outside(left, term, name);
    const found = piece && search(piece, rest, budget, used);
    if (found) return found;
    left = left && inside(left, term, name);
  }
  budget.depth += 1;
  used.add(term.rule);
  return undefined;
}
