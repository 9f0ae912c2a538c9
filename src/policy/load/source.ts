import type { DecodedText } from '../../yaml/bytes.ts';
import { type DecodedYaml, decodeYaml } from '../../yaml/decode.ts';
import { type JsonNode, MAX_DEPTH, type Stretch, depthOf } from '../../yaml/json-node.ts';
import { readJson } from '../../yaml/json.ts';
import { outline } from '../../yaml/outline.ts';
import { type Positions, positionsOf } from '../../yaml/positions.ts';
import { readYaml } from '../../yaml/read.ts';
import { type Problems, addProblem, noProblems } from './diagnostic.ts';
import { explainSyntax } from './syntax-help.ts';
import type { Fault } from './words.ts';

/** A policy text as a JSON value, what is wrong with its syntax, and where each part of it stands. */
export interface PolicySource {
  /** Undefined where the text can't be read; then there is a problem of severity error. */
  value: JsonNode | undefined;
  /** What could be read, value or not. */
  root: JsonNode | null;
  isJson: boolean;
  problems: Problems;
  positions: Positions;
}

/** The largest policy that is read, in bytes: kube-apiserver has no limit, but kOps stores the text inside the cluster spec. */
export const MAX_POLICY_BYTES: number = 1024 * 1024;

/**
 * Reads the text of a policy into a JSON value as kube-apiserver does: JSON only where the first character is `{`, otherwise the
 * first YAML document. One of more than 1 MiB, and one in Kubernetes' protobuf, is refused unread. Never throws.
 */
export function readSource(decoded: DecodedText): PolicySource {
  const { text } = decoded;
  if (isTooLarge(text)) return tooLarge();
  if (text.startsWith('k8s\0')) return refused('', null, { code: 'protobuf-syntax', path: [], args: {} });
  return startsJson(text) ? fromJson(text) : fromYaml(decoded);
}

/** A policy that is not read at all, for its size. */
export function tooLarge(): PolicySource {
  return refused('', null, { code: 'too-large', path: [], args: {} });
}

// Of a text that is surely above the limit the bytes are not counted.
function isTooLarge(text: string): boolean {
  if (text.length * 3 <= MAX_POLICY_BYTES) return false;
  return text.length > MAX_POLICY_BYTES || new TextEncoder().encode(text).length > MAX_POLICY_BYTES;
}

function refused(text: string, root: JsonNode | null, fault: Fault, offset = 0, isJson = false): PolicySource {
  const problems = noProblems();
  addProblem(problems, fault, { start: offset, end: offset + 1 });
  return { value: undefined, root, isJson, problems, positions: positionsOf(text) };
}

// What Go's unicode.IsSpace skips; a byte order mark is not among it.
function startsJson(text: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\{/.test(text);
}

function fromJson(text: string): PolicySource {
  const { root, problem } = readJson(text);
  if (!problem && root)
    return { value: root, root, isJson: true, problems: noProblems(), positions: positionsOf(text) };
  const fault: Fault = { code: 'json-syntax', path: [], args: { problem: problem?.message ?? 'it is empty' } };
  return refused(text, root, fault, problem?.offset, true);
}

function fromYaml({ text, wide }: DecodedText): PolicySource {
  const { root, problem, end } = readYaml(text, wide);
  const decoded = root && !problem ? decodeYaml(root) : { value: NOTHING, duplicates: [] };
  const mistake = problem ?? mistakeOf(decoded);
  if (mistake) {
    const { code, offset, ...args } = explainSyntax(text, mistake.offset, mistake.message);
    return refused(text, root && outline(root), { code, path: [], args }, offset);
  }
  const problems = noProblems();
  for (const { key, merged, ...at } of decoded.duplicates)
    addProblem(problems, { code: 'duplicate-key', path: [], args: { key, by: merged ? 'merge' : 'key' } }, at);
  const later = laterDocument(text, end);
  if (later) addProblem(problems, { code: 'later-document', path: [], args: {} }, later);
  return { value: decoded.value, root: decoded.value, isJson: false, problems, positions: positionsOf(text) };
}

const NOTHING: JsonNode = { kind: 'null', start: 0, end: 0 };

function mistakeOf({ value, problem }: DecodedYaml): { offset: number; message: string } | undefined {
  if (problem) return problem;
  if (value.flaw) return { offset: value.flaw.start, message: value.flaw.message };
  if (depthOf(value) <= MAX_DEPTH) return undefined;
  return { offset: value.start, message: `exceeded max depth of ${MAX_DEPTH}` };
}

// The first line that says something behind the first document: go-yaml stops there without a word.
function laterDocument(text: string, end: number): Stretch | undefined {
  let start = end;
  for (const line of text.slice(end).split('\n')) {
    if (!/^(?:#|(?:---|\.\.\.)?$)/.test(line.trim())) return { start, end: start + line.trimEnd().length };
    start += line.length + 1;
  }
  return undefined;
}
