import { type Json, type JsonObject, isObject, sameJson } from '../json.ts';
import { decodeYaml, isMerge } from './decode.ts';
import { plainJson } from './document.ts';
import { type Entry, entriesOf, isBlockCollection, isCollection, keyOf, nodesIn } from './edit-places.ts';
import { type Operation, applyOperations, pointerKeys, pointerTo } from './json-patch.ts';
import type { YamlNode } from './read.ts';
import { type Edit, EditRefusal } from './text-edits.ts';

/**
 * A value on its way from the old text to the new one: `kept` still has its text as it is, `new` has none yet, and `open` is a map
 * or list of which parts are kept, changed, new or removed.
 */
export type Draft = KeptDraft | NewDraft | OpenDraft;

interface KeptDraft {
  state: 'kept';
  node: YamlNode;
}

interface NewDraft {
  state: 'new';
  value: Json;
}

export interface OpenDraft {
  state: 'open';
  node: YamlNode;
  /** In the order of the new text; the removed ones stay where they were. */
  slots: Slot[];
}

/** A place in an open map or list. */
export interface Slot {
  /** The key as text; in a list nothing. */
  key: string;
  /** Where it was in the old text; undefined for a new one. */
  entry: Entry | undefined;
  /** What it becomes; undefined where it is removed. */
  draft: Draft | undefined;
  /** A `<<`: no path leads to it. */
  isMerge: boolean;
}

/**
 * Carries operations out on a document and gives what becomes of its parts. The operations must fit: that was tried before.
 *
 * @throws EditRefusal where the text has a form that can't be edited safely.
 */
export function draftOf(source: string, root: YamlNode, operations: readonly Operation[]): Draft {
  let draft: Draft = { state: 'kept', node: root };
  for (const operation of operations) draft = change(draft, pointerKeys(operation.path), operation, source);
  return settled(draft);
}

function change(draft: Draft, keys: readonly string[], operation: Operation, source: string): Draft {
  if (operation.op === 'test') return draft;
  if (draft.state === 'kept') return change(openOrCopy(draft.node, source), keys, operation, source);
  const [key = '', ...deeper] = keys;
  if (draft.state === 'new' || keys.length === 0) return changeNew(draft, keys, operation);
  if (draft.node.kind === 'map') return changeMember(draft, key, deeper, operation, source);
  changeItem(draft, key, deeper, operation, source);
  return draft;
}

/** An alias becomes a copy of what it means, so that a change does not reach the other places. */
function openOrCopy(node: YamlNode, source: string): NewDraft | OpenDraft {
  if (!isCollection(node)) return { state: 'new', value: valueOf(node) };
  return { state: 'open', node, slots: entriesOf(source, node).map(oldSlot) };
}

function oldSlot(entry: Entry): Slot {
  const isMerging = entry.key !== null && isMerge(entry.key);
  const key = entry.key === null ? '' : (keyOf(entry.key) ?? '');
  return { key, entry, draft: { state: 'kept', node: entry.value }, isMerge: isMerging };
}

function changeNew(draft: Draft, keys: readonly string[], operation: Operation): NewDraft {
  if (keys.length === 0 && 'value' in operation) return { state: 'new', value: operation.value };
  const path = pointerTo(['value', ...keys]);
  return { state: 'new', value: applyOperations({ value: draftValue(draft) }, [{ ...operation, path }]).value };
}

function changeItem(list: OpenDraft, key: string, deeper: string[], operation: Operation, source: string): void {
  const at = key === '-' ? -1 : placeOfItem(list, Number(key));
  const slot = list.slots[at];
  if (slot?.draft && deeper.length > 0) slot.draft = change(slot.draft, deeper, operation, source);
  else if (operation.op === 'add') {
    const added: Slot = { key: '', entry: undefined, draft: { state: 'new', value: operation.value }, isMerge: false };
    list.slots.splice(slot ? at : list.slots.length, 0, added);
  } else if (slot && operation.op === 'remove') removeSlot(list, slot);
  else if (slot && operation.op === 'replace') replaceSlot(slot, operation.value);
}

// The removed ones do not count.
function placeOfItem({ slots }: OpenDraft, index: number): number {
  let live = -1;
  return slots.findIndex(({ draft }) => draft !== undefined && ++live === index);
}

function changeMember(map: OpenDraft, key: string, deeper: string[], operation: Operation, source: string): Draft {
  const slot = map.slots.findLast((each) => !each.isMerge && each.key === key);
  const merged = mergedMember(map, key);
  const goes = operation.op === 'remove' && deeper.length === 0;
  if (merged !== undefined && (goes || isOverruled(map, slot))) return changeNew(map, [key, ...deeper], operation);
  if (deeper.length > 0) {
    const inner: Draft = slot?.draft ?? { state: 'new', value: merged ?? null };
    putMember(map, slot, key, change(inner, deeper, operation, source));
  } else if (slot && operation.op === 'remove') removeSlot(map, slot);
  else if ('value' in operation && slot?.draft) replaceSlot(slot, operation.value);
  else if ('value' in operation) putMember(map, slot, key, { state: 'new', value: operation.value });
  return map;
}

// What comes from a `<<` can't be taken out, nor overruled from before it: then the map becomes a copy with everything in it.
function isOverruled({ slots }: OpenDraft, slot: Slot | undefined): boolean {
  return slot?.draft !== undefined && slots.findLastIndex(({ isMerge: merges }) => merges) > slots.indexOf(slot);
}

function mergedMember({ slots }: OpenDraft, key: string): Json | undefined {
  const merges = slots.flatMap(({ isMerge: merges, entry }) => (merges && entry ? [mergedValue(entry)] : []));
  return merges.findLast((value) => Object.hasOwn(value, key))?.[key];
}

function putMember(map: OpenDraft, slot: Slot | undefined, key: string, draft: Draft): void {
  if (slot) slot.draft = draft;
  else map.slots.splice(placeFor(map, key), 0, { key, entry: undefined, draft, isMerge: false });
}

/** A new key goes to its place where the keys are sorted, as kOps prints them, else behind the last one. */
function placeFor({ slots }: OpenDraft, key: string): number {
  let before = '';
  for (const { draft, isMerge: merges, key: name } of slots) {
    if (merges || (draft && name < before)) return slots.length;
    if (draft) before = name;
  }
  const next = slots.findIndex((slot) => slot.draft !== undefined && slot.key > key);
  return next === -1 ? slots.length : next;
}

function replaceSlot(slot: Slot, value: Json): void {
  if (!slot.draft || !sameJson(draftValue(slot.draft), value)) slot.draft = { state: 'new', value };
}

function removeSlot(collection: OpenDraft, slot: Slot): void {
  if (slot.entry) slot.draft = undefined;
  else collection.slots.splice(collection.slots.indexOf(slot), 1);
}

/** A draft of which nothing old is left is a new value. */
export function settled(draft: Draft): Draft {
  if (draft.state !== 'open' || draft.slots.some((slot) => slot.entry && slot.draft)) return draft;
  return { state: 'new', value: draftValue(draft) };
}

/** The JSON value that a draft stands for. */
export function draftValue(draft: Draft): Json {
  if (draft.state === 'new') return draft.value;
  if (draft.state === 'kept') return valueOf(draft.node);
  const live = draft.slots.flatMap((slot) => (slot.draft ? [{ ...slot, draft: slot.draft }] : []));
  if (draft.node.kind === 'list') return live.map((slot) => draftValue(slot.draft));
  // In go-yaml v2 a `<<` also wins over the keys before it.
  const parts = live.map(({ isMerge: merges, entry, key, draft: part }) =>
    merges && entry ? mergedValue(entry) : { [key]: draftValue(part) },
  );
  return membersOf(parts);
}

function valueOf(node: YamlNode): Json {
  const { value, problem } = decodeYaml(node);
  if (problem ?? value.flaw) throw new EditRefusal(node.start, 'this is not a value on its own');
  return plainJson(value);
}

/** The members that a `<<` brings in: of a list of maps the first one wins. */
function mergedValue({ value }: Entry): JsonObject {
  const merged = valueOf(value);
  const sources = Array.isArray(merged) ? merged.toReversed() : [merged];
  return membersOf(sources.filter(isObject));
}

/** The members of all, the last of a name; as its own also one that is called `__proto__`. */
function membersOf(maps: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map)));
}

/**
 * The edits that keep aliases what they are where the text that they mean goes: it moves to the first of them. An alias means the last
 * anchor of its name before it, so the others follow.
 *
 * @throws EditRefusal where the text can't move, or something is changed inside it.
 */
export function anchorEdits(source: string, root: YamlNode, draft: Draft): Edit[] {
  const aliases = aliasesByTarget(root);
  if (aliases.size === 0) return [];
  const { held, gone } = touched(draft);
  const left = (node: YamlNode): YamlNode | undefined => aliases.get(node)?.find((alias) => !gone.has(alias));
  const blocked = held.find((node) => left(node));
  if (blocked) throw sharedAnchor(source, blocked, left(blocked));
  return [...gone].flatMap((node) => {
    const alias = left(node);
    if (!alias) return [];
    const text = source.slice(node.start, node.end);
    if (isBlockCollection(node) || text.includes('\n')) throw sharedAnchor(source, node, alias);
    return [{ start: alias.start, end: alias.end, text }];
  });
}

function aliasesByTarget(root: YamlNode): Map<YamlNode, YamlNode[]> {
  const found = new Map<YamlNode, YamlNode[]>();
  for (const node of nodesIn(root)) {
    if (!node.target) continue;
    const aliases = found.get(node.target);
    if (aliases) aliases.push(node);
    else found.set(node.target, [node]);
  }
  return found;
}

/** What can't move, as something else is written there or in it; and all nodes whose text goes. */
function touched(draft: Draft): { held: YamlNode[]; gone: Set<YamlNode> } {
  const held: YamlNode[] = [];
  const gone = new Set<YamlNode>();
  const waiting = [draft];
  for (let open = waiting.pop(); open; open = waiting.pop()) {
    if (open.state !== 'open') continue;
    held.push(open.node);
    for (const { entry, draft: part } of open.slots) {
      const next = part && settled(part);
      if (next?.state === 'open') waiting.push(next);
      if (entry && !next && entry.key) addAll(gone, entry.key);
      if (entry && next?.state === 'new') held.push(entry.value);
      if (entry && next?.state !== 'kept' && next?.state !== 'open') addAll(gone, entry.value);
    }
  }
  return { held, gone };
}

function addAll(into: Set<YamlNode>, root: YamlNode): void {
  for (const node of nodesIn(root)) into.add(node);
}

function sharedAnchor(source: string, node: YamlNode, alias: YamlNode | undefined): EditRefusal {
  const { value: name, start } = alias ?? node;
  const offset = source.lastIndexOf(`&${name}`, node.valueStart);
  return new EditRefusal(offset, (lineAt) => ({
    message: `what &${name} marks here is used again in line ${lineAt(start)}`,
    hint: `Write the value out in line ${lineAt(start)}, instead of *${name}.`,
  }));
}
