import { type Box, meet, meets, type Region, SETS, type SetName, type Term } from './box.ts';
import { type Budget, findUncovered, reduce, attempt, spend } from './search.ts';

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
function isPart(inner: Region, outer: Region, budget: Budget): boolean {
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
function union(one: Region, other: Region, budget: Budget): Region | undefined {
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

const MOST_TRIED = 300;

/** The same requests in fewer regions, as far as that is easily had and the budget goes. */
export function fewer<T extends Region>(regions: readonly T[], budget: Budget): T[] {
  let list = SETS.reduce<readonly T[]>(joinPlain, regions);
  if (list.length > MOST_TRIED) return [...list];
  attempt(() => {
    for (let at = 0; at < list.length;) {
      const next = joinWithAny(list, at, budget);
      at = next ? 0 : at + 1;
      list = next ?? list;
    }
  });
  return [...list];
}

// Those without exceptions that differ in one set only.
function joinPlain<T extends Region>(regions: readonly T[], name: SetName): T[] {
  const joined = new Map<string, T>();
  for (const [at, region] of regions.entries()) {
    const key = region.except.length > 0 ? `${at}` : keyWithout(region, name);
    const known = joined.get(key);
    const box = known && { ...known.box, [name]: known.box[name] | region.box[name] };
    joined.set(key, known && box ? { ...known, box } : region);
  }
  return [...joined.values()];
}

function keyWithout({ box }: Region, name: SetName): string {
  const sets = SETS.filter((set) => set !== name).map((set) => box[set]);
  return [...sets, box.noneOf, ...box.someOf].map((set) => set.toString(36)).join();
}

// Undefined where the region at a place goes together with none of the others.
function joinWithAny<T extends Region>(list: readonly T[], at: number, budget: Budget): T[] | undefined {
  const one = list[at];
  spend(budget, list.length);
  for (const [place, other] of list.entries()) {
    if (!one || place === at) continue;
    const joined = isPart(other, one, budget) ? one : union(one, other, budget);
    if (joined) return list.with(at, { ...one, ...joined }).toSpliced(place, 1);
  }
  return undefined;
}
