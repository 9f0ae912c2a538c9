import { applyOperations } from '../apply.ts';
import { listOf } from '../json.ts';
import type { Json, JsonObject, Operation } from '../types.ts';

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
  if (inner !== undefined) return list.with(at, { ...list[at]!, value: changed(list[at]!.value, inner, operation) });
  if (operation.op === 'remove') return list.toSpliced(at, 1);
  const made: Traced = { from: operation.op === 'replace' ? (list[at]?.from ?? null) : null, value: operation.value };
  return list.toSpliced(at, operation.op === 'replace' ? 1 : 0, made);
}

function changed(value: Json, path: string, operation: Operation): Json {
  return applyOperations(value, [{ ...operation, path }]);
}
