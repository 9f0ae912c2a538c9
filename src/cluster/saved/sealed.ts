import { createHash } from 'node:crypto';
import { applyOperations, PatchConflict } from '../apply.ts';
import { canonicalJson, isObject, listOf } from '../json.ts';
import { pointerKeys } from '../text/pointer.ts';
import type { Json, JsonObject, KopsObject, Operation } from '../types.ts';

/**
 * An operation as a saved plan holds it. A `test` has the hash of the value it wants, not the value, which may be secret;
 * null wants that nothing is there.
 */
export type SealedOperation =
  | { op: 'test'; path: string; sha256: string | null }
  | { op: 'add' | 'replace'; path: string; value: Json }
  | { op: 'remove'; path: string };

/** The hash of a JSON value, whatever the order of its keys, in hexadecimal. */
export function hashOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Seals the operations that were planned for a Cluster: whatever one of them replaces or takes out is tested too, or that nothing is there. */
export function sealOperations(before: KopsObject, operations: readonly Operation[]): SealedOperation[] {
  let now = before;
  const sealed: SealedOperation[] = [];
  for (const operation of operations) {
    const tested = sealed.at(-1)?.path;
    sealed.push(...sealOne(now, operation, tested));
    now = applyOperations(now, [operation]);
  }
  return sealed;
}

function sealOne(now: KopsObject, operation: Operation, tested: string | undefined): SealedOperation[] {
  const { op, path } = operation;
  if (op === 'test') return [{ op, path, sha256: hashOf(operation.value) }];
  const test = tested === path ? [] : guard(now, op, path);
  return [...test, op === 'remove' ? { op, path } : { op, path, value: operation.value }];
}

/** None for a new element of a list: it replaces nothing. */
function guard(now: KopsObject, op: 'add' | 'replace' | 'remove', path: string): SealedOperation[] {
  if (op === 'add' && Array.isArray(valueAt(now, path.slice(0, path.lastIndexOf('/'))))) return [];
  return [{ op: 'test', path, sha256: sealOf(valueAt(now, path)) }];
}

function sealOf(value: Json | undefined): string | null {
  return value === undefined ? null : hashOf(value);
}

/** Operations that fit a Cluster, or the first place where they do not, as `spec.kubeAPIServer`. */
export type Opened = { operations: Operation[]; conflict: null } | { operations: []; conflict: string };

/** Makes the operations of a saved plan fit to be applied to a Cluster, where each value it depends on is as it was. */
export function openOperations(cluster: KopsObject, sealed: readonly SealedOperation[]): Opened {
  let now = cluster;
  const operations: Operation[] = [];
  for (const each of sealed) {
    const opened = openOne(now, each);
    if (opened === 'conflict') return { operations: [], conflict: nameOf(each.path) };
    operations.push(...opened.operations);
    now = opened.now;
  }
  return { operations, conflict: null };
}

function openOne(now: KopsObject, each: SealedOperation): { operations: Operation[]; now: KopsObject } | 'conflict' {
  const { path } = each;
  if (each.op === 'test') {
    const value = valueAt(now, path);
    if (sealOf(value) !== each.sha256) return 'conflict';
    return { operations: value === undefined ? [] : [{ op: 'test', path, value }], now };
  }
  if (each.op === 'add' && isTaken(now, each)) return 'conflict';
  try {
    return { operations: [each], now: applyOperations(now, [each]) };
  } catch (error) {
    if (error instanceof PatchConflict) return 'conflict';
    throw error;
  }
}

/** A new file asset whose name or path another one has by now. */
function isTaken({ spec }: KopsObject, { path, value }: { path: string; value: Json }): boolean {
  if (!path.startsWith('/spec/fileAssets/') || !isObject(value)) return false;
  const others = listOf(spec['fileAssets']).filter(isObject);
  return ['name', 'path'].some((key) => value[key] !== undefined && others.some((other) => other[key] === value[key]));
}

function valueAt(document: KopsObject, path: string): Json | undefined {
  let value = document as unknown as Json | undefined;
  for (const key of pointerKeys(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}

function nameOf(path: string): string {
  return pointerKeys(path).join('.');
}
