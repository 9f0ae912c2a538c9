import { type Box, meet, meets, SETS, type SetName, type Term } from './box.ts';
import { type Budget } from './budget.ts';
import { findUncovered, reduce } from './search.ts';

/** The requests of a box that are in none of the terms. */
export interface Region {
  box: Box;
  except: readonly Term[];
}

/** The same requests with as few exceptions as can easily be had; undefined where there are none. */
export function tidy({ box, except }: Region, budget: Budget): Region | undefined {
  const reduced = reduce(box, except, budget, new Set());
  if (!reduced) return undefined;
  const clipped = reduced.terms.map(({ term }) => clip(term, reduced.box));
  const joined = joinTerms(clipped);
  return joined.length < clipped.length
    ? tidy({ box: reduced.box, except: joined }, budget)
    : { box: reduced.box, except: joined };
}

function clip(term: Term, box: Box): Term {
  const clipped = { ...term };
  for (const name of SETS) clipped[name] &= box[name];
  return clipped;
}

// Terms that differ in one set only become one.
function joinTerms(terms: readonly Term[]): Term[] {
  const joined: Term[] = [];
  for (const term of terms) {
    const at = joined.findIndex((other) => joinable(other, term));
    if (at < 0) joined.push(term);
    else
      return joinTerms([...joined.with(at, joinOf(joined[at] ?? term, term)), ...terms.slice(terms.indexOf(term) + 1)]);
  }
  return joined;
}

function joinable(one: Term, other: Term): boolean {
  const differing = SETS.filter((name) => one[name] !== other[name]);
  return (
    differing.length + Number(one.anyGroup !== other.anyGroup) <= 1 || isInside(one, other) || isInside(other, one)
  );
}

function isInside(inner: Term, outer: Term): boolean {
  const groups = outer.anyGroup === 0n || (inner.anyGroup !== 0n && (inner.anyGroup & ~outer.anyGroup) === 0n);
  return groups && SETS.every((name) => (inner[name] & ~outer[name]) === 0n);
}

function joinOf(one: Term, other: Term): Term {
  const joined = {
    ...one,
    anyGroup: one.anyGroup === 0n || other.anyGroup === 0n ? 0n : one.anyGroup | other.anyGroup,
  };
  for (const name of SETS) joined[name] |= other[name];
  return joined;
}

/** Whether all requests of a region are surely in another. */
export function isPart(inner: Region, outer: Region, budget: Budget): boolean {
  return isBoxInside(inner.box, outer.box) && leavesOut(inner, outer.except, budget);
}

function isBoxInside(inner: Box, outer: Box): boolean {
  return (
    SETS.every((name) => (inner[name] & ~outer[name]) === 0n) &&
    (outer.noneOf & ~inner.noneOf) === 0n &&
    outer.someOf.every((set) => inner.someOf.some((own) => (own & ~inner.noneOf & ~set) === 0n))
  );
}

// Whether no request of the region is in one of the terms.
function leavesOut({ box, except }: Region, terms: readonly Term[], budget: Budget): boolean {
  return terms.every((term) => {
    const common = meets(box, term) ? meet(box, term) : undefined;
    return !common || !findUncovered(common, except, budget, new Set());
  });
}

/** Both regions as one, where that is one box again: they differ in one set of values, and in no exception that matters. */
export function union(one: Region, other: Region, budget: Budget): Region | undefined {
  const name = onlyDifference(one.box, other.box);
  if (name === undefined || !leavesOut(one, other.except, budget) || !leavesOut(other, one.except, budget))
    return undefined;
  const box = { ...one.box, [name]: one.box[name] | other.box[name] };
  return tidy({ box, except: [...one.except, ...other.except] }, budget);
}

function onlyDifference(one: Box, other: Box): SetName | undefined {
  const groupsDiffer = one.noneOf !== other.noneOf || one.someOf.join() !== other.someOf.join();
  const differing = SETS.filter((name) => one[name] !== other[name]);
  return differing.length === 1 && !groupsDiffer ? differing[0] : undefined;
}
