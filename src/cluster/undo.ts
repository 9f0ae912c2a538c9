import { isObject, listOf, sameJson, type Json, type JsonObject, mapOf } from '../json.ts';
import { readFacts, type ClusterWorld } from './facts.ts';
import { specChange, type SpecChange } from './spec-change.ts';
import { applyOperations } from '../yaml/json-patch.ts';
import type { KopsObject, Operation } from './types.ts';

/** A change that was made, as the journal has it. */
export interface MadeChange {
  before: KopsObject;
  operations: readonly Operation[];
}

/** How changes are taken back. `conflicts` names what somebody changed since, as `spec.kubeAPIServer.auditLogPath`; then nothing is planned. */
export type Undo = { conflicts: string[]; change: null } | { conflicts: []; change: SpecChange };

/**
 * Plans to take changes back, the newest first: what they set gets its value from before, everything else stays. A value that is
 * no longer what the change made of it is a conflict.
 *
 * @param changes newest first.
 */
export function planUndo(world: ClusterWorld, changes: readonly MadeChange[]): Undo {
  const operations: Operation[] = [];
  let spec = world.cluster;
  for (const made of changes) {
    const step = undoOne(spec, made);
    if (step.conflicts.length > 0) return { conflicts: step.conflicts, change: null };
    operations.push(...step.operations);
    spec = applyOperations(spec, step.operations);
  }
  const named: Operation[] = operations.length === 0 ? [] : [nameTest(world.cluster), ...operations];
  return { conflicts: [], change: specChange('rollback', world.cluster, readFacts(world), named, []) };
}

/** What takes one change back, or why it cannot be. */
interface UndoStep {
  operations: Operation[];
  conflicts: string[];
}

function undoOne(now: KopsObject, { before, operations }: MadeChange): UndoStep {
  const after = applyOperations(before, operations);
  const parts = [undoAssets(now.spec, before.spec, operations), undoSettings(now.spec, before.spec, after.spec)];
  return {
    operations: parts.flatMap((part) => part.operations),
    conflicts: parts.flatMap((part) => part.conflicts),
  };
}

function nameTest(cluster: KopsObject): Operation {
  return { op: 'test', path: '/metadata/name', value: cluster.metadata.name };
}

const ASSETS = '/spec/fileAssets';

/** Takes back what a change made of `spec.fileAssets`: an element is known again by its value, wherever it stands by now. */
function undoAssets(now: JsonObject, before: JsonObject, operations: readonly Operation[]): UndoStep {
  const touched = assetHistory(before, operations).filter((each) => !sameJson(each.before, each.after));
  if (touched.length === 0) return { operations: [], conflicts: [] };
  const list = listOf(now['fileAssets']);
  const found = touched.map((each) => ({ ...each, at: list.findIndex((value) => sameJson(value, each.after)) }));
  const conflicts = found.filter(({ after, at }) => after !== null && at < 0).map((each) => nameOf(each));
  if (conflicts.length > 0) return { operations: [], conflicts };
  return { operations: setAssetsBack(now, before, list, found), conflicts: [] };
}

function nameOf({ after }: AssetHistory): string {
  const { name, path } = mapOf(after ?? undefined);
  return `spec.fileAssets: "${String(name ?? path)}"`;
}

type Found = AssetHistory & { at: number };

function setAssetsBack(
  now: JsonObject,
  before: JsonObject,
  list: readonly Json[],
  found: readonly Found[],
): Operation[] {
  const gone = found.filter((each) => each.before === null).toSorted((a, b) => b.at - a.at);
  const back = found.filter((each) => each.after === null).toSorted((a, b) => a.index - b.index);
  const was = before['fileAssets'];
  if (gone.length === list.length && list.length > 0 && back.length === 0 && !Array.isArray(was))
    return [
      { op: 'test', path: ASSETS, value: [...list] },
      was === undefined ? { op: 'remove', path: ASSETS } : { op: 'replace', path: ASSETS, value: was },
    ];
  const changed = found.filter((each) => each.before !== null && each.after !== null);
  return [
    ...changed.flatMap(restore),
    ...gone.flatMap(({ at, after }): Operation[] => [
      { op: 'test', path: `${ASSETS}/${at}`, value: list[at] ?? after },
      { op: 'remove', path: `${ASSETS}/${at}` },
    ]),
    ...bringBack(now, back, list.length - gone.length),
  ];
}

/** Only the keys that differ, so that the rest of the element keeps its form. */
function restore({ before, after, at }: Found): Operation[] {
  const was = mapOf(before ?? undefined);
  const is = mapOf(after ?? undefined);
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => !sameJson(was[key], is[key]));
  return keys.flatMap((key) => {
    const path = `${ASSETS}/${at}/${key}`;
    const test: Operation[] = is[key] === undefined ? [] : [{ op: 'test', path, value: is[key] }];
    if (was[key] === undefined) return [...test, { op: 'remove', path }];
    return [...test, { op: is[key] === undefined ? 'add' : 'replace', path, value: was[key] }];
  });
}

function bringBack(now: JsonObject, back: readonly Found[], length: number): Operation[] {
  if (back.length === 0) return [];
  const values = back.map(({ before }) => before);
  if (!Array.isArray(now['fileAssets'])) return [{ op: 'add', path: ASSETS, value: values }];
  return back.map(({ before, index }, nth): Operation => {
    const at = Math.min(index, length + nth);
    return { op: 'add', path: `${ASSETS}/${at === length + nth ? '-' : at}`, value: before };
  });
}

const SERVER = '/spec/kubeAPIServer';

/** Gives the keys under `spec.kubeAPIServer` that a change touched their values from before; the map itself goes where it was not there. */
function undoSettings(now: JsonObject, before: JsonObject, after: JsonObject): UndoStep {
  const [is, was, made] = [serverOf(now), serverOf(before), serverOf(after)];
  const empty = before['kubeAPIServer'] === null ? null : undefined;
  const touched = [...new Set([...Object.keys(was ?? {}), ...Object.keys(made ?? {})])].filter(
    (key) => !sameJson(was?.[key], made?.[key]),
  );
  if (touched.length === 0) return undoEmpty(is, was, made, empty);
  const conflicts = touched.filter((key) => !sameJson(is?.[key], made?.[key]));
  if (conflicts.length > 0)
    return { operations: [], conflicts: conflicts.map((key) => `spec.kubeAPIServer.${key}`).toSorted() };
  return { operations: setSettingsBack(is, was, touched, empty), conflicts: [] };
}

/** A change that only made or took away an empty map. */
function undoEmpty(
  is: JsonObject | undefined,
  was: JsonObject | undefined,
  made: JsonObject | undefined,
  empty: null | undefined,
): UndoStep {
  const isUndone = (was === undefined) === (made === undefined) || (was === undefined) === (is === undefined);
  return { operations: isUndone ? [] : setSettingsBack(is, was, [], empty), conflicts: [] };
}

/** `empty` is what stood there where there was no map: nothing, or null. */
function setSettingsBack(
  is: JsonObject | undefined,
  was: JsonObject | undefined,
  touched: readonly string[],
  empty: null | undefined,
): Operation[] {
  const rest = Object.keys(is ?? {}).filter((key) => !touched.includes(key));
  if (is === undefined) return [{ op: 'add', path: SERVER, value: pick(was ?? {}, touched) }];
  const test: Operation = { op: 'test', path: SERVER, value: is };
  if (was === undefined && rest.length === 0)
    return [test, empty === null ? { op: 'replace', path: SERVER, value: null } : { op: 'remove', path: SERVER }];
  return [test, ...touched.map((key) => setKey(is, key, was?.[key]))];
}

function setKey(is: JsonObject, key: string, value: Json | undefined): Operation {
  const path = `${SERVER}/${key}`;
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

/** What a change made of one file asset: null before is a new one, null after one that was taken out. */
export interface AssetHistory {
  before: Json | null;
  after: Json | null;
  /** Its place in the list before the change; for a new one, after it. */
  index: number;
  /** Its place in the list after the change; null for one that was taken out. */
  to: number | null;
}

/** Follows each element of `spec.fileAssets` through the operations of a change. */
export function assetHistory(spec: JsonObject, operations: readonly Operation[]): AssetHistory[] {
  const before = listOf(spec['fileAssets']);
  let traced: Traced[] = before.map((value, from) => ({ from, value }));
  for (const operation of operations) traced = follow(traced, operation);
  const stayed = new Map(
    traced.flatMap(({ from, value }, to) => (from === null ? [] : [[from, { value, to }] as const])),
  );
  return [
    ...before.map((value, index) => {
      const now = stayed.get(index);
      return { before: value, after: now?.value ?? null, index, to: now?.to ?? null };
    }),
    ...traced.flatMap(({ from, value }, index) =>
      from === null ? [{ before: null, after: value, index, to: index }] : [],
    ),
  ];
}

interface Traced {
  /** The place it had before the change; null: it is new. */
  from: number | null;
  value: Json;
}

const ELEMENT = /^\/spec\/fileAssets\/(\d+|-)(\/.*)?$/;

function follow(list: Traced[], operation: Operation): Traced[] {
  if (operation.op === 'test') return list;
  if (operation.path === '/spec/fileAssets')
    return operation.op === 'remove' ? [] : listOf(operation.value).map((value) => ({ from: null, value }));
  const [, place, inner] = ELEMENT.exec(operation.path) ?? [];
  if (place === undefined) return list;
  const at = place === '-' ? list.length : Number(place);
  const there = list[at];
  if (inner !== undefined)
    return there ? list.with(at, { ...there, value: changed(there.value, inner, operation) }) : list;
  if (operation.op === 'remove') return list.toSpliced(at, 1);
  const made: Traced = { from: operation.op === 'replace' ? (there?.from ?? null) : null, value: operation.value };
  return list.toSpliced(at, operation.op === 'replace' ? 1 : 0, made);
}

function changed(value: Json, path: string, operation: Operation): Json {
  return applyOperations(value, [{ ...operation, path }]);
}
