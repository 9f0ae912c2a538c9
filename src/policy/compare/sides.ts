import type { Policy } from '../types.ts';
import { meet, meets, type Term } from './box.ts';
import { nearIndex } from './near.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Region } from './region.ts';
import { type Budget, spend } from './budget.ts';
import { findUncovered } from './search.ts';
import { termsOf } from './terms.ts';
import type { Selector, Universe } from './universe.ts';

/** A part of a rule, with what happens to the requests that it decides; one object where two do the same. */
export interface Entry {
  term: Term;
  outcome: Outcome;
  selector: Selector;
  /** Its place in its policy. */
  place: number;
}

/** One of the two policies. */
export interface Side {
  /** In their order; the last one is for the requests that no rule matches. */
  entries: readonly Entry[];
  /** Those that can meet a selector, and few that can't, in their order. */
  near(selector: Selector): Entry[];
}

export function sideOf(universe: Universe, policy: Policy): Side {
  const index = nearIndex<Entry>();
  const entries: Entry[] = [];
  const known = new Map<string, Outcome>();
  for (const [at, selector] of [...policy.rules, {}].entries()) {
    const rule = at === policy.rules.length ? 0 : at + 1;
    const outcome = outcomeOf(policy, rule);
    const key = JSON.stringify(outcome);
    known.set(key, known.get(key) ?? outcome);
    const terms = termsOf(universe, selector, rule);
    const added = terms.map((term, place) => ({
      term,
      outcome: known.get(key) ?? outcome,
      selector,
      place: entries.length + place,
    }));
    entries.push(...added);
    index.add(selector, added);
  }
  return { entries, near: (selector) => [...index.near(selector)].toSorted((one, other) => one.place - other.place) };
}

/** Of some entries the terms of those that take requests from an entry and do something else with them. */
export function takers(entries: readonly Entry[], from: Entry, budget: Budget): Term[] {
  spend(budget, entries.length);
  return entries.filter(({ place, outcome }) => place < from.place && outcome !== from.outcome).map(({ term }) => term);
}

/** The rules of a policy that decide some requests of a region. */
export function deciders({ entries }: Side, { box, except }: Region, budget: Budget): number[] {
  const rules = new Set<number>();
  spend(budget, entries.length);
  const near = entries.map(({ term }) => term).filter((term) => meets(box, term));
  for (const [at, term] of near.entries()) {
    const part = rules.has(term.rule) ? undefined : meet(box, term);
    spend(budget, at);
    if (part && findUncovered(part, [...except, ...near.slice(0, at)], budget, new Set())) rules.add(term.rule);
  }
  return [...rules];
}
