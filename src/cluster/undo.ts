import { undoAddons } from './addons.ts';
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

/** A value that a change made and somebody changed since; undefined where it is not there. */
export interface Conflict {
  /** As `spec.kubeAPIServer.auditLogMaxAge`, or `spec.fileAssets.` with the name of the file asset. */
  key: string;
  made: Json | undefined;
  now: Json | undefined;
}

/** How changes are taken back. */
export interface Undo {
  /** What it gives its value from before. */
  keys: string[];
  /** Those of them that were changed since. */
  conflicts: Conflict[];
  /** What takes the changes back, the conflicts too: who does not want to lose what they are now must not make it. */
  change: SpecChange;
}

/**
 * Plans to take changes back, the newest first: what they set gets its value from before, everything else stays. A value that is
 * neither what the change made of it nor what it was before is a conflict.
 *
 * @param changes newest first.
 */
export function planUndo(world: ClusterWorld, changes: readonly MadeChange[]): Undo {
  const steps: UndoStep[] = [];
  let spec = world.cluster;
  for (const made of changes) {
    const step = undoOne(spec, made);
    steps.push(step);
    spec = applyOperations(spec, step.operations);
  }
  const isSame = sameJson(spec.spec, world.cluster.spec);
  const operations = isSame ? [] : [nameTest(world.cluster), ...steps.flatMap((step) => step.operations)];
  return {
    keys: [...new Set(steps.flatMap(({ keys }) => keys))],
    conflicts: steps.flatMap(({ conflicts }) => conflicts),
    change: specChange('rollback', world.cluster, readFacts(world), operations, []),
  };
}

/** What takes one change back, and what of that was changed since. */
interface UndoStep {
  keys: string[];
  operations: Operation[];
  conflicts: Conflict[];
}

function undoOne(now: KopsObject, { before, operations }: MadeChange): UndoStep {
  const after = applyOperations(before, operations);
  const parts: UndoStep[] = [
    undoAssets(now.spec, before.spec, operations),
    undoSettings(now.spec, before.spec, after.spec),
    { ...undoAddons(now, before, after), conflicts: [] },
  ];
  return {
    keys: parts.flatMap(({ keys }) => keys),
    operations: parts.flatMap((part) => part.operations),
    conflicts: parts.flatMap(({ conflicts }) => conflicts),
  };
}

function nameTest(cluster: KopsObject): Operation {
  return { op: 'test', path: '/metadata/name', value: cluster.metadata.name };
}

const ASSETS = '/spec/fileAssets';

/** Takes back what a change made of `spec.fileAssets`: an element is known again by its value, wherever it stands by now. */
function undoAssets(now: JsonObject, before: JsonObject, operations: readonly Operation[]): UndoStep {
  const history = assetHistory(before, operations);
  const touched = history.filter((each) => !sameJson(each.before, each.after));
  const keys = touched.map(assetKey);
  if (touched.length === 0) return { keys, operations: [], conflicts: [] };
  const list = listOf(now['fileAssets']);
  const left = findAssets(list, history, touched).filter(({ is, before: was }) => !sameJson(is, was));
  const conflicts = left.filter(({ is, after }) => !sameJson(is, after));
  return {
    keys,
    operations: setAssetsBack(now, before, list, left),
    conflicts: conflicts.map((each) => ({
      key: assetKey(each),
      made: each.after ?? undefined,
      now: each.is ?? undefined,
    })),
  };
}

function assetKey({ before, after }: AssetHistory): string {
  const { name, path } = mapOf(after ?? before ?? undefined);
  return `spec.fileAssets.${String(name ?? path)}`;
}

/** A file asset that a change touched, and what there is of it now: null and -1 where there is nothing. */
interface Found extends AssetHistory {
  is: Json | null;
  at: number;
}

/** Those that are as the change left them by their value, others by their name or path: somebody changed them, or put them there. */
function findAssets(
  list: readonly Json[],
  history: readonly AssetHistory[],
  touched: readonly AssetHistory[],
): Found[] {
  const exact = touched.map(({ after }) => (after === null ? -1 : list.findIndex((value) => sameJson(value, after))));
  const untouched = history.filter((each) => !touched.includes(each));
  const isFree = (value: Json, at: number): boolean =>
    !exact.includes(at) && !untouched.some((each) => sameJson(each.after, value));
  return touched.map((each, nth) => {
    const at = exact[nth] ?? -1;
    const place = at >= 0 ? at : list.findIndex((value, index) => isNamesake(value, each) && isFree(value, index));
    return { ...each, is: list[place] ?? null, at: place };
  });
}

function isNamesake(value: Json, { before, after }: AssetHistory): boolean {
  const [one, other] = [mapOf(value), mapOf(after ?? before ?? undefined)];
  return ['name', 'path'].some((key) => one[key] !== undefined && sameJson(one[key], other[key]));
}

function setAssetsBack(
  now: JsonObject,
  before: JsonObject,
  list: readonly Json[],
  found: readonly Found[],
): Operation[] {
  const gone = found.filter((each) => each.before === null).toSorted((a, b) => b.at - a.at);
  const back = found.filter((each) => each.is === null).toSorted((a, b) => a.index - b.index);
  const was = before['fileAssets'];
  if (gone.length === list.length && list.length > 0 && back.length === 0 && !Array.isArray(was))
    return [
      { op: 'test', path: ASSETS, value: [...list] },
      was === undefined ? { op: 'remove', path: ASSETS } : { op: 'replace', path: ASSETS, value: was },
    ];
  const changed = found.filter((each) => each.before !== null && each.is !== null);
  return [
    ...changed.flatMap(restore),
    ...gone.flatMap(({ at, is }): Operation[] => [
      { op: 'test', path: `${ASSETS}/${at}`, value: is },
      { op: 'remove', path: `${ASSETS}/${at}` },
    ]),
    ...bringBack(now, back, list.length - gone.length),
  ];
}

/** Only the keys that differ, so that the rest of the element keeps its form. */
function restore({ before, is: found, at }: Found): Operation[] {
  const was = mapOf(before ?? undefined);
  const is = mapOf(found ?? undefined);
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
  const keys = touched.map(settingKey);
  const left = touched.filter((key) => !sameJson(is?.[key], was?.[key]));
  if (left.length === 0) return { keys, operations: undoEmpty(is, was, made, empty), conflicts: [] };
  const conflicts = left
    .filter((key) => !sameJson(is?.[key], made?.[key]))
    .map((key) => ({ key: settingKey(key), made: made?.[key], now: is?.[key] }));
  return { keys, operations: setSettingsBack(is, was, left, empty), conflicts };
}

function settingKey(key: string): string {
  return `spec.kubeAPIServer.${key}`;
}

/** Where there is no key left to set: a change that only made or took away an empty map. */
function undoEmpty(
  is: JsonObject | undefined,
  was: JsonObject | undefined,
  made: JsonObject | undefined,
  empty: null | undefined,
): Operation[] {
  const isUndone = (was === undefined) === (made === undefined) || (was === undefined) === (is === undefined);
  return isUndone ? [] : setSettingsBack(is, was, [], empty);
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
