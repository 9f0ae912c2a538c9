import { isSeq, type Node } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { goValue } from '../../policy/load/go-yaml.ts';
import type { Draft, Drafting } from './draft.ts';
import type { Entry } from './entries.ts';

/** A draft of which nothing old is left is a new value. */
export function settled(draft: Draft, drafting: Drafting): Draft {
  if (draft.state !== 'open' || draft.slots.some((slot) => slot.entry && slot.draft)) return draft;
  return { state: 'new', value: draftValue(draft, drafting) };
}

/** The JSON value that a draft stands for. */
export function draftValue(draft: Draft, drafting: Drafting): Json {
  if (draft.state === 'new') return draft.value;
  if (draft.state === 'kept') return valueOf(draft.node, drafting);
  const live = draft.slots.filter((slot) => slot.draft !== undefined);
  if (isSeq(draft.node)) return live.map((slot) => draftValue(slot.draft!, drafting));
  // In go-yaml v2 a `<<` also wins over the keys before it.
  const parts = live.map((slot) =>
    slot.isMerge ? mergedValue(slot.entry!, drafting) : { [slot.key]: draftValue(slot.draft!, drafting) },
  );
  return membersOf(parts);
}

/** The JSON value of a node that is still in the text. */
export function valueOf(node: Node | null, { root }: Drafting): Json {
  return goValue(node, { document: root }) as Json;
}

/** The members that a `<<` brings in: of a list of maps the first one wins. */
export function mergedValue({ value }: Entry, drafting: Drafting): JsonObject {
  const merged = valueOf(value, drafting);
  const sources = Array.isArray(merged) ? merged.toReversed() : [merged];
  return membersOf(sources.filter(isObject));
}

/** The members of all, the last of a name; as its own also one that is called `__proto__`. */
function membersOf(maps: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map)));
}
