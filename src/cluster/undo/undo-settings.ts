import { isObject, sameJson } from '../json.ts';
import type { Json, JsonObject, Operation } from '../types.ts';
import type { UndoStep } from './plan-undo.ts';

const PARENT = '/spec/kubeAPIServer';

/** Gives the keys under `spec.kubeAPIServer` that a change touched their values from before; the map itself goes where it was not there. */
export function undoSettings(now: JsonObject, before: JsonObject, after: JsonObject): UndoStep {
  const [is, was, made] = [serverOf(now), serverOf(before), serverOf(after)];
  const empty = before['kubeAPIServer'] === null ? null : undefined;
  const touched = [...new Set([...Object.keys(was ?? {}), ...Object.keys(made ?? {})])].filter(
    (key) => !sameJson(was?.[key], made?.[key]),
  );
  if (touched.length === 0) return undoEmpty(is, was, made, empty);
  const conflicts = touched.filter((key) => !sameJson(is?.[key], made?.[key]));
  if (conflicts.length > 0)
    return { operations: [], conflicts: conflicts.map((key) => `spec.kubeAPIServer.${key}`).toSorted() };
  return { operations: setBack(is, was, touched, empty), conflicts: [] };
}

/** A change that only made or took away an empty map. */
function undoEmpty(
  is: JsonObject | undefined,
  was: JsonObject | undefined,
  made: JsonObject | undefined,
  empty: null | undefined,
): UndoStep {
  const isUndone = (was === undefined) === (made === undefined) || (was === undefined) === (is === undefined);
  return { operations: isUndone ? [] : setBack(is, was, [], empty), conflicts: [] };
}

/** `empty` is what stood there where there was no map: nothing, or null. */
function setBack(
  is: JsonObject | undefined,
  was: JsonObject | undefined,
  touched: readonly string[],
  empty: null | undefined,
): Operation[] {
  const rest = Object.keys(is ?? {}).filter((key) => !touched.includes(key));
  if (is === undefined) return [{ op: 'add', path: PARENT, value: pick(was ?? {}, touched) }];
  const test: Operation = { op: 'test', path: PARENT, value: is };
  if (was === undefined && rest.length === 0)
    return [test, empty === null ? { op: 'replace', path: PARENT, value: null } : { op: 'remove', path: PARENT }];
  return [test, ...touched.map((key) => setKey(is, key, was?.[key]))];
}

function setKey(is: JsonObject, key: string, value: Json | undefined): Operation {
  const path = `${PARENT}/${key}`;
  if (value === undefined) return { op: 'remove', path };
  return { op: Object.hasOwn(is, key) ? 'replace' : 'add', path, value };
}

function pick(map: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keys.includes(key)));
}

function serverOf(spec: JsonObject): JsonObject | undefined {
  const server = spec['kubeAPIServer'];
  return isObject(server) ? server : undefined;
}
