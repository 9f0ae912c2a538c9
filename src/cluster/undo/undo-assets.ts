import { listOf, sameJson } from '../json.ts';
import type { Json, JsonObject, Operation } from '../types.ts';
import { assetHistory, type AssetHistory } from './asset-history.ts';
import type { UndoStep } from './plan-undo.ts';

const PARENT = '/spec/fileAssets';

/** Takes back what a change made of `spec.fileAssets`: an element is known again by its value, wherever it stands by now. */
export function undoAssets(now: JsonObject, before: JsonObject, operations: readonly Operation[]): UndoStep {
  const touched = assetHistory(before, operations).filter((each) => !sameJson(each.before, each.after));
  if (touched.length === 0) return { operations: [], conflicts: [] };
  const list = listOf(now['fileAssets']);
  const found = touched.map((each) => ({ ...each, at: list.findIndex((value) => sameJson(value, each.after)) }));
  const conflicts = found.filter(({ after, at }) => after !== null && at < 0).map((each) => nameOf(each));
  if (conflicts.length > 0) return { operations: [], conflicts };
  return { operations: setBack(now, before, list, found), conflicts: [] };
}

function nameOf({ after }: AssetHistory): string {
  const { name, path } = after as JsonObject;
  return `spec.fileAssets: "${String(name ?? path)}"`;
}

type Found = AssetHistory & { at: number };

function setBack(now: JsonObject, before: JsonObject, list: readonly Json[], found: readonly Found[]): Operation[] {
  const gone = found.filter((each) => each.before === null).toSorted((a, b) => b.at - a.at);
  const back = found.filter((each) => each.after === null).toSorted((a, b) => a.index - b.index);
  const was = before['fileAssets'];
  if (gone.length === list.length && list.length > 0 && back.length === 0 && !Array.isArray(was))
    return [
      { op: 'test', path: PARENT, value: [...list] },
      was === undefined ? { op: 'remove', path: PARENT } : { op: 'replace', path: PARENT, value: was },
    ];
  const changed = found.filter((each) => each.before !== null && each.after !== null);
  return [
    ...changed.flatMap(restore),
    ...gone.flatMap(({ at }): Operation[] => [
      { op: 'test', path: `${PARENT}/${at}`, value: list[at]! },
      { op: 'remove', path: `${PARENT}/${at}` },
    ]),
    ...bringBack(now, back, list.length - gone.length),
  ];
}

/** Only the keys that differ, so that the rest of the element keeps its form. */
function restore({ before, after, at }: Found): Operation[] {
  const [was, is] = [before as JsonObject, after as JsonObject];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => !sameJson(was[key], is[key]));
  return keys.flatMap((key) => {
    const path = `${PARENT}/${at}/${key}`;
    const test: Operation[] = is[key] === undefined ? [] : [{ op: 'test', path, value: is[key] }];
    if (was[key] === undefined) return [...test, { op: 'remove', path }];
    return [...test, { op: is[key] === undefined ? 'add' : 'replace', path, value: was[key] }];
  });
}

function bringBack(now: JsonObject, back: readonly Found[], length: number): Operation[] {
  if (back.length === 0) return [];
  const values = back.map(({ before }) => before!);
  if (!Array.isArray(now['fileAssets'])) return [{ op: 'add', path: PARENT, value: values }];
  return back.map(({ before, index }, nth): Operation => {
    const at = Math.min(index, length + nth);
    return { op: 'add', path: `${PARENT}/${at === length + nth ? '-' : at}`, value: before! };
  });
}
