import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { sameJson, type Json } from '../../json.ts';
import { applyOperations } from '../../yaml/json-patch.ts';
import type { Operation } from '../types.ts';
import { anchorUsedOutside } from './anchors.ts';
import { draftValue, mergedValue, valueOf } from './draft-value.ts';
import type { Draft, Drafting, NewDraft, OpenDraft, Slot } from './draft.ts';
import { entriesOf, type Collection, type Entry } from './entries.ts';
import { pointerTo } from '../../yaml/json-patch.ts';
import { unsafe } from './unsafe.ts';

/**
 * Carries one operation out on a draft and gives the draft as it is then. The operation must fit: that was tried before.
 * @param keys The operation's path below this draft.
 * @throws UserError where the text has a form that can't be edited safely.
 */
export function change(draft: Draft, keys: readonly string[], operation: Operation, drafting: Drafting): Draft {
  if (operation.op === 'test') return draft;
  if (draft.state === 'kept') return change(openOrCopy(draft.node, drafting), keys, operation, drafting);
  if (draft.state === 'new') return changeNew(draft, keys, operation);
  const [key = '', ...deeper] = keys;
  if (isSeq(draft.node)) changeItem(draft, key, deeper, operation, drafting);
  else return changeMember(draft, key, deeper, operation, drafting);
  return draft;
}

/** An alias becomes a copy of what it means, so that a change does not reach the other places. */
function openOrCopy(node: Node | null, drafting: Drafting): Draft {
  if (!isMap(node) && !isSeq(node)) return { state: 'new', value: valueOf(node, drafting) };
  if (drafting.uses.has(node)) throw sharedAnchor(node, drafting);
  const collection = node as Collection;
  const entries = entriesOf(drafting.document, collection);
  return { state: 'open', node: collection, slots: entries.map((entry) => oldSlot(entry, drafting)) };
}

function oldSlot(entry: Entry, drafting: Drafting): Slot {
  const isMerge = isScalar(entry.key) && entry.key.type === 'PLAIN' && entry.key.value === '<<';
  const key = entry.key === null || isMerge ? '' : String(valueOf(entry.key, drafting));
  return { key, entry, draft: { state: 'kept', node: entry.value }, isMerge };
}

function sharedAnchor(node: Node, { document, uses }: Drafting): Error {
  const name = 'anchor' in node ? String(node.anchor) : '';
  const offset = document.source.lastIndexOf(`&${name}`, node.range?.[0]);
  const { line } = document.placeAt(uses.get(node)?.[0]?.range?.[0] ?? 0);
  const hint = `Write the value out in line ${line}, instead of *${name}.`;
  return unsafe(document, offset, `what &${name} marks here is used again in line ${line}`, hint);
}

function changeNew(draft: NewDraft, keys: readonly string[], operation: Operation): NewDraft {
  if (keys.length === 0 && operation.op !== 'remove') return { state: 'new', value: operation.value };
  const [value] = applyOperations([draft.value], [{ ...operation, path: pointerTo(['0', ...keys]) }]) as [Json];
  return { state: 'new', value };
}

function changeItem(list: OpenDraft, key: string, deeper: string[], operation: Operation, drafting: Drafting): void {
  const live = list.slots.filter(({ draft }) => draft !== undefined);
  const slot = key === '-' ? undefined : live[Number(key)];
  if (deeper.length > 0) slot!.draft = change(slot!.draft!, deeper, operation, drafting);
  else if (operation.op === 'remove') removeSlot(list, slot!, drafting);
  else if (operation.op === 'replace') replaceSlot(slot!, operation.value, drafting);
  else if (operation.op === 'add') {
    const at = slot ? list.slots.indexOf(slot) : list.slots.length;
    list.slots.splice(at, 0, {
      key: '',
      entry: undefined,
      draft: { state: 'new', value: operation.value },
      isMerge: false,
    });
  }
}

function changeMember(map: OpenDraft, key: string, deeper: string[], operation: Operation, drafting: Drafting): Draft {
  const slot = map.slots.findLast((each) => !each.isMerge && each.key === key);
  const merged = mergedMember(map, key, drafting);
  const goes = operation.op === 'remove' && deeper.length === 0;
  if (merged !== undefined && (goes || isOverruled(map, slot))) {
    checkAnchors(map.node, drafting);
    return changeNew({ state: 'new', value: draftValue(map, drafting) }, [key, ...deeper], operation);
  }
  if (deeper.length > 0) {
    const inner: Draft = slot?.draft ?? { state: 'new', value: merged! };
    putMember(map, slot, key, change(inner, deeper, operation, drafting));
  } else if (operation.op === 'remove') {
    removeSlot(map, slot!, drafting);
  } else if (slot?.draft) {
    replaceSlot(slot, (operation as { value: Json }).value, drafting);
  } else {
    putMember(map, slot, key, { state: 'new', value: (operation as { value: Json }).value });
  }
  return map;
}

// What comes from a `<<` can't be taken out, nor overruled from before it: then the map becomes a copy with everything in it.
function isOverruled({ slots }: OpenDraft, slot: Slot | undefined): boolean {
  return slot?.draft !== undefined && slots.findLastIndex(({ isMerge }) => isMerge) > slots.indexOf(slot);
}

function mergedMember({ slots }: OpenDraft, key: string, drafting: Drafting): Json | undefined {
  const merges = slots
    .filter(({ isMerge, entry }) => isMerge && entry)
    .map(({ entry }) => mergedValue(entry!, drafting));
  return merges.findLast((value) => Object.hasOwn(value, key))?.[key];
}

function putMember(map: OpenDraft, slot: Slot | undefined, key: string, draft: Draft): void {
  if (slot) slot.draft = draft;
  else map.slots.splice(placeFor(map, key), 0, { key, entry: undefined, draft, isMerge: false });
}

/** A new key goes to its place where the keys are sorted, as kOps prints them, else behind the last one. */
function placeFor({ slots }: OpenDraft, key: string): number {
  const keys = slots.filter(({ draft }) => draft !== undefined).map((slot) => slot.key);
  const isSorted = keys.every((each, at) => at === 0 || keys[at - 1]! < each);
  const next = slots.findIndex((slot) => slot.draft !== undefined && slot.key > key);
  return !isSorted || next === -1 || slots.some(({ isMerge }) => isMerge) ? slots.length : next;
}

function replaceSlot(slot: Slot, value: Json, drafting: Drafting): void {
  if (sameJson(draftValue(slot.draft!, drafting), value)) return;
  if (slot.entry?.value) checkAnchors(slot.entry.value, drafting);
  slot.draft = { state: 'new', value };
}

function removeSlot(collection: OpenDraft, slot: Slot, drafting: Drafting): void {
  if (slot.entry?.value) checkAnchors(slot.entry.value, drafting);
  if (slot.entry) slot.draft = undefined;
  else collection.slots.splice(collection.slots.indexOf(slot), 1);
}

function checkAnchors(node: Node, drafting: Drafting): void {
  const anchored = anchorUsedOutside(node, drafting.uses);
  if (anchored) throw sharedAnchor(anchored, drafting);
}
