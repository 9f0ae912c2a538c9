import type { DecodedText } from '../../yaml/bytes.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type JsonNode, MAX_DEPTH, depthOf } from '../../yaml/json-node.ts';
import { readJson } from '../../yaml/json.ts';
import { LATER_DOCUMENT, laterDocument } from './later-document.ts';
import { outline } from '../../yaml/outline.ts';
import { type Positions, positionsOf } from '../../yaml/positions.ts';
import { type Problems, addProblem, noProblems } from './problems.ts';
import { readProtobuf } from './protobuf/read-protobuf.ts';
import { quote } from './quote.ts';
import { type SyntaxHelp, explainSyntax } from './syntax-help.ts';
import { type DecodedYaml, decodeYaml, type Duplicate } from '../../yaml/decode.ts';
import { readYaml } from '../../yaml/read.ts';

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

/**
 * Reads the text of a policy into a JSON value as kube-apiserver does: JSON only where the first character is `{`, otherwise the
 * first YAML document. Never throws.
 */
export function readSource(decoded: DecodedText): PolicySource {
  const { text } = decoded;
  const positions = positionsOf(text);
  return startsJson(text) ? fromJson(text, positions) : fromYaml(decoded, positions);
}

/** A policy that is not read at all, for its size. */
export function tooLarge(): PolicySource {
  const hint = 'kOps keeps it in the cluster spec; a policy has some kilobytes.';
  const message = 'the policy is larger than 1 MiB';
  return refused(positionsOf(''), null, { code: 'too-large', offset: 0, message, hint });
}

/** A policy in Kubernetes' protobuf, which has no places. */
export function protobufSource(bytes: Uint8Array): PolicySource {
  const positions = positionsOf('');
  const value = readProtobuf(bytes);
  if (value) return { value, root: null, isJson: true, problems: noProblems(), positions };
  const message = 'the policy is protobuf, and broken';
  return refused(positions, null, { code: 'protobuf-syntax', offset: 0, message, hint: 'Write it as YAML.' });
}

function refused(positions: Positions, root: JsonNode | null, help: SyntaxHelp, isJson = false): PolicySource {
  const { offset, ...rest } = help;
  const problems = noProblems();
  addProblem(problems, positions, { start: offset, end: offset + 1 }, { severity: 'error', ...rest });
  return { value: undefined, root, isJson, problems, positions };
}

// What Go's unicode.IsSpace skips; a byte order mark is not among it.
function startsJson(text: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\{/.test(text);
}

const JSON_HINT =
  'A file that starts with "{" is read as JSON only. If it is meant to be YAML, begin it with a line "---".';

function fromJson(text: string, positions: Positions): PolicySource {
  const { root, problem } = readJson(text);
  if (!problem && root) return { value: root, root, isJson: true, problems: noProblems(), positions };
  const message = `the policy is not valid JSON: ${problem?.message ?? 'it is empty'}`;
  return refused(
    positions,
    root,
    { code: 'json-syntax', offset: problem?.offset ?? 0, message, hint: JSON_HINT },
    true,
  );
}

function fromYaml({ text, wide }: DecodedText, positions: Positions): PolicySource {
  const { root, problem, end } = readYaml(text, wide);
  if (problem) {
    return refused(positions, root && outline(root), explainSyntax(text, problem.offset, problem.message));
  }
  const decoded = root ? decodeYaml(root) : { value: NOTHING, duplicates: [] };
  const fault = faultOf(decoded);
  if (fault) return refused(positions, root && outline(root), explainSyntax(text, fault.offset, fault.message));
  const problems = noProblems();
  for (const duplicate of decoded.duplicates) addProblem(problems, positions, duplicate, duplicateKey(duplicate));
  const later = laterDocument(text, end);
  if (later) addProblem(problems, positions, later, LATER_DOCUMENT);
  return { value: decoded.value, root: decoded.value, isJson: false, problems, positions };
}

const NOTHING: JsonNode = { kind: 'null', start: 0, end: 0 };

function faultOf({ value, problem }: DecodedYaml): { offset: number; message: string } | undefined {
  if (problem) return problem;
  if (value.flaw) return { offset: value.flaw.start, message: value.flaw.message };
  if (depthOf(value) <= MAX_DEPTH) return undefined;
  return { offset: value.start, message: `exceeded max depth of ${MAX_DEPTH}` };
}

const KEEP_ONE = 'Keep the one that is meant.';

function duplicateKey({ key, merged }: Duplicate): Diagnostic {
  const how = merged ? 'is set by a merge ("<<") too' : 'stands twice';
  return {
    severity: 'warning',
    code: 'duplicate-key',
    message: `the key ${quote(key)} ${how}; the last one counts`,
    hint: KEEP_ONE,
  };
}
