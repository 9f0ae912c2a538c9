import { SETS, type SetName } from './box.ts';
import { isPart, type Region, union } from './region.ts';
import { attempt, type Budget, spend } from './budget.ts';

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
