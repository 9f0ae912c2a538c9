import { type JsonNode, depthAround } from './json-node.ts';
import { type Decoding, type Duplicate, countSteps, startDecoding } from './decoding.ts';
import { type Entries, isMerge, mapOf, mergeInto, mergeSources, nameOf, setEntry } from './entries.ts';
import { decodeScalar } from './decode-scalar.ts';
import type { YamlNode } from './read.ts';
import { YamlProblem } from './problem.ts';
import { type Steps, runSteps } from './steps.ts';

/** A YAML document as JSON: what Go makes of it, the keys that stood twice, and why go-yaml would refuse it. */
export interface DecodedYaml {
  value: JsonNode;
  duplicates: Duplicate[];
  problem?: { offset: number; message: string };
}

/**
 * Decodes a document as go-yaml v2.4.4 (`decode.go`) and `sigs.k8s.io/yaml` v1.6.0 do. What JSON can't say (null as a key, infinity) is a flaw
 * of its node, since Go looks for it only in what is left in the end. Never throws.
 */
export function decodeYaml(root: YamlNode): DecodedYaml {
  const decoding = startDecoding();
  const { duplicates } = decoding;
  try {
    countSteps(decoding, root);
    return { value: decodeSimple(root, decoding) ?? runSteps(decodeDeep(root, decoding)), duplicates };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { start, end } = root;
    return {
      value: { kind: 'null', start, end },
      duplicates,
      problem: { offset: error.offset, message: error.message },
    };
  }
}

// The work of decoding what `decodeSimple` has counted and left.
function* decodeDeep(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  if (node.kind === 'alias') return yield decodeUnknownAlias(node, decoding);
  const before = decoding.steps - 1;
  if (node.anchor !== '') decoding.known.set(node, undefined);
  const value = yield node.kind === 'list' ? decodeList(node, decoding) : decodeMap(node, decoding);
  if (node.anchor !== '') decoding.known.set(node, { value, steps: decoding.steps - before });
  return value;
}

// A scalar, or an alias of what is decoded already: nearly every node is one. Counts each node once.
function decodeSimple(node: YamlNode, decoding: Decoding): JsonNode | undefined {
  countSteps(decoding, node);
  if (node.kind === 'alias') return decodeKnownAlias(node, decoding);
  if (node.kind !== 'scalar') return undefined;
  const value = decodeScalar(node);
  if (node.anchor !== '') decoding.known.set(node, { value, steps: 1 });
  return value;
}

function decodeKnownAlias(node: YamlNode, decoding: Decoding): JsonNode | undefined {
  const known = node.target && decoding.known.get(node.target);
  if (!known) return undefined;
  decoding.aliasDepth++;
  countSteps(decoding, node, known.steps);
  decoding.aliasDepth--;
  return { ...known.value, start: node.start, end: node.end };
}

// Only where a merged list is read backwards.
function* decodeUnknownAlias(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  const target = node.target as YamlNode;
  if (decoding.known.has(target)) throw new YamlProblem(`the anchor "${node.value}" contains itself`, node.start);
  decoding.aliasDepth++;
  const value = decodeSimple(target, decoding) ?? (yield decodeDeep(target, decoding));
  decoding.aliasDepth--;
  return { ...value, start: node.start, end: node.end };
}

function* decodeList(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  const items: JsonNode[] = [];
  for (const child of node.children) items.push(decodeSimple(child, decoding) ?? (yield decodeDeep(child, decoding)));
  const flaw = items.find((item) => item.flaw)?.flaw;
  return { kind: 'list', start: node.start, end: node.end, items, depth: depthAround(items), flaw };
}

/** The work of decoding a map (`mapping` and `merge` of `decode.go`): of keys that stand twice the last wins. */
function* decodeMap(node: YamlNode, decoding: Decoding): Steps<JsonNode> {
  const into: Entries = new Map();
  for (let at = 0; at < node.children.length; at += 2) {
    const key = node.children[at] as YamlNode;
    const value = node.children[at + 1] as YamlNode;
    if (isMerge(key)) {
      for (const source of mergeSources(value))
        mergeInto(into, decodeSimple(source, decoding) ?? (yield decodeDeep(source, decoding)), decoding, key);
    } else {
      const name = nameOf(key, decodeSimple(key, decoding) ?? (yield decodeDeep(key, decoding)));
      setEntry(
        into,
        { ...name, value: decodeSimple(value, decoding) ?? (yield decodeDeep(value, decoding)) },
        decoding,
      );
    }
  }
  return mapOf(node, into);
}
