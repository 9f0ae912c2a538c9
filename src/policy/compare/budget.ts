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
export const DEEPEST = 500;

/** A budget of some steps for a universe whose sets are `width` bits long. */
export function budgetOf(steps: number, width: number): Budget {
  return { steps, cost: 1 + width / BITS_A_STEP, depth: DEEPEST };
}

/** Thrown inside this room where a budget is used up; `attempt` catches it. */
export class OutOfBudget extends Error {}

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
