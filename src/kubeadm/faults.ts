import { isOpen, items, member, members, type Part, type Place, sayingOf } from './parts.ts';

/** Something that a tool reads in another way than it is written, or not at all. */
export type Fault = { place: Place } & (
  | { kind: 'args-form'; key: string; apiVersion: string; wanted: 'list' | 'map' }
  | { kind: 'wrong-type'; path: string; wanted: string; found: string; isQuotable: boolean }
  | { kind: 'unknown-key'; path: string; key: string; known: readonly string[] }
  | { kind: 'key-twice'; key: string }
  | { kind: 'unread'; problem: string }
  | { kind: 'api-volume'; volume: string; source: string }
  | { kind: 'volume-twice'; volume: string }
  | { kind: 'patch'; apiVersion: string; form: 'list' | 'map' | null; isSure: boolean; effect: PatchEffect }
);

/** What becomes of a patch of kind that does not fit: it is ignored, its flags are, or kubeadm refuses the result. */
export type PatchEffect = 'ignored' | 'flags-dropped' | 'refused' | 'kind';

/** A part of a document where it is read as text; what is of another type is a fault. Nothing is an empty text, as in Go. */
export function textOr(
  part: Part | undefined,
  path: string,
  faults: Fault[],
): { text: string; place: Place | undefined } {
  if (!part) return { text: '', place: undefined };
  const { node, place } = part;
  if (node.kind !== 'string' && node.kind !== 'null') faults.push(wrongType(part, path, 'text'));
  return { text: sayingOf(part) ?? '', place };
}

/** A part of a document where true or false is read; what is of another type is a fault. Nothing is false, as in Go. */
export function booleanOr(
  part: Part | undefined,
  path: string,
  faults: Fault[],
): { isTrue: boolean; place: Place | undefined } {
  if (part && part.node.kind !== 'boolean') faults.push(wrongType(part, path, 'true or false, without quotes'));
  return { isTrue: part?.node.kind === 'boolean' && part.node.value, place: part?.place };
}

/** A part of a document where a map is read; what is of another type is a fault. Nothing is an empty map, as in Go. */
export function mapOr(part: Part | undefined, path: string, faults: Fault[], wanted = 'a map'): Part | undefined {
  if (!part || part.node.kind === 'map' || part.node.kind === 'null') return part;
  faults.push(wrongType(part, path, wanted));
  return undefined;
}

/** The items of a part where a list is read; what is of another type is a fault. */
export function itemsOr(part: Part | undefined, path: string, faults: Fault[]): Part[] {
  if (part && part.node.kind !== 'list') faults.push(wrongType(part, path, 'a list'));
  return items(part);
}

/** The items of a part where a list of maps is read, each with its path; what is of another type is a fault. */
export function mapsOr(
  part: Part | undefined,
  path: string,
  faults: Fault[],
  wanted?: string,
): { item: Part; path: string }[] {
  return itemsOr(part, path, faults).flatMap((each, at) => {
    const item = mapOr(each, `${path}[${at}]`, faults, wanted);
    return item ? [{ item, path: `${path}[${at}]` }] : [];
  });
}

/** That a key says none of these words: then the document is refused. */
export function notOneOf(
  whole: Part,
  key: string,
  words: readonly string[],
  wanted: string,
  path: string = key,
): Fault[] {
  const part = member(whole, key);
  const said = sayingOf(part);
  if (said !== undefined && (words.includes(said) || isOpen(said))) return [];
  const found = part ? (said ?? `a ${part.node.kind}`) || 'empty' : 'missing';
  return [{ kind: 'wrong-type', path, wanted, found, isQuotable: false, place: (part ?? whole).place }];
}

/** That a part is of the wrong type: what it is, and whether quotes would make it right. */
export function wrongType(part: Part, path: string, wanted: string): Fault {
  const { node, place } = part;
  const isScalar = node.kind === 'number' || node.kind === 'boolean';
  const found = isScalar ? String(node.value) : `a ${node.kind}`;
  return { kind: 'wrong-type', path, wanted, place, found, isQuotable: isScalar && wanted === 'text' };
}

/** The keys of a map at a path that are none of these, which stand with blanks between them. */
export function unknownKeys(map: Part | undefined, path: string, keys: string): Fault[] {
  const known = keys.split(' ');
  return members(map)
    .filter(({ name }) => !known.includes(name))
    .map(({ name, part: { key: place } }) => {
      return { kind: 'unknown-key', key: name, path: path === '' ? name : `${path}.${name}`, known, place };
    });
}

/** The keys that stand twice in a map. */
export function keysTwice(part: Part): Fault[] {
  const seen = new Set<string>();
  return [...members(part), ...items(part).map((item) => ({ name: null, part: item }))].flatMap((each): Fault[] => {
    const isTwice = each.name !== null && seen.has(each.name);
    if (each.name !== null) seen.add(each.name);
    const here: Fault[] = isTwice ? [{ kind: 'key-twice', key: each.name ?? '', place: each.part.key }] : [];
    return [...here, ...keysTwice(each.part)];
  });
}
