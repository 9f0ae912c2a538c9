import type { Operation } from '../../cluster/types.ts';
import { isObject, type Json } from '../../json.ts';
import type { LocatedFinding, PathFix } from '../located.ts';

/**
 * The RFC 6902 operations for the fixes of some findings, in an order in which each path is still right. A fix that would leave a
 * list empty is left out: an empty selector matches everything. So is one whose place the value does not have.
 */
export function fixOperations(findings: readonly LocatedFinding[], value: Json): Operation[] {
  const fixes = new Map<string, PathFix>();
  for (const { fix, ignored } of findings)
    if (fix && ignored === undefined && !fixes.has(pointerOf(fix))) fixes.set(pointerOf(fix), fix);
  const possible = [...fixes.values()].filter((fix) => fits(fix, value));
  return withoutEmptied(possible, value)
    .toSorted((a, b) => comparePaths(b.path, a.path))
    .map(operationOf);
}

function operationOf(fix: PathFix): Operation {
  const path = pointerOf(fix);
  return fix.change.kind === 'remove' ? { op: 'remove', path } : { op: 'replace', path, value: fix.change.value };
}

function pointerOf({ path }: PathFix): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function fits({ path, change }: PathFix, value: Json): boolean {
  const there = valueAt(value, path);
  return change.kind === 'remove' ? there !== undefined && path.length > 0 : typeof there === 'string';
}

function withoutEmptied(fixes: readonly PathFix[], value: Json): PathFix[] {
  const isRemoval = ({ change, path }: PathFix): boolean => change.kind === 'remove' && typeof path.at(-1) === 'number';
  const parents = fixes.filter(isRemoval).map(({ path }) => JSON.stringify(path.slice(0, -1)));
  return fixes.filter((fix) => {
    const parent = fix.path.slice(0, -1);
    const list = valueAt(value, parent);
    const gone = parents.filter((each) => each === JSON.stringify(parent)).length;
    return !isRemoval(fix) || !Array.isArray(list) || gone < list.length;
  });
}

function valueAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  let found: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)];
    else found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

function comparePaths(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  if (at === -1) return a.length - b.length;
  const [one, two] = [a[at]!, b[at]];
  if (two === undefined) return 1;
  return typeof one === 'number' && typeof two === 'number' ? one - two : String(one) < String(two) ? -1 : 1;
}
