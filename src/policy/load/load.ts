import type { Policy } from '../types.ts';
import type { TextRange } from '../../yaml/positions.ts';
import { decodeBytes } from '../../yaml/bytes.ts';
import type { Diagnostic } from './diagnostic.ts';
import { headRefusal } from './head.ts';
import { type JsonNode, type Path, nearestStretch, stretchOf, textAt } from '../../yaml/json-node.ts';
import { type Placeholder, placeholdersOf } from './placeholders.ts';
import { plainPolicy } from './plain-policy.ts';
import { fillPolicy, within } from './policy-diagnostics.ts';
import { addProblem, listProblems, noProblems } from './problems.ts';
import { startsProtobuf } from './protobuf/read-protobuf.ts';
import { type PolicySource, protobufSource, readSource, tooLarge } from './source.ts';
import { MAX_POLICY_BYTES, byteLength } from './text.ts';
import { renderFirst } from './template-marks.ts';
import { type Refusal, validatePolicy } from './validate.ts';
import { keyAroundRules, WRAPPED } from './wrapper.ts';

export interface LoadOptions {
  /** The file's name, for the diagnostics. */
  file?: string;
  /** For example 1.35.4; left out: the newest. */
  kubernetesVersion?: string;
}

export interface LoadedPolicy {
  /** The policy without empty fields, or null where kube-apiserver would refuse it. */
  policy: Policy | null;
  diagnostics: Diagnostic[];
  /**
   * Where a part of the text stands, its value or (`atKey`) its last key: `['rules', 2]` from the first key of the third rule (behind
   * its `- `) to its last character, no blank or comment lines after it. Undefined where the text has no such part, or could not be
   * read that far. Never throws.
   */
  locate: (path: Path, atKey?: boolean) => TextRange | undefined;
  /** The values that a template language is still to fill in. Left out where nobody asks. */
  placeholders?: () => Placeholder[];
  /** Of a policy that is refused: what can be told of the rest. Left out where it could not be read at all. */
  rest?: () => PolicyRest | undefined;
}

/** What is behind the first errors of a policy, at which kube-apiserver stops. */
interface PolicyRest {
  /** What else it would refuse or warn of. */
  diagnostics: Diagnostic[];
  /** The policy as far as it can be read: what has a wrong type is left out. */
  policy: Policy;
  /** Whether nothing but its `apiVersion` and `kind` is wrong. */
  isWhole: boolean;
  /** The parts that are wrong: what else can be said of them follows from that. */
  wrong: Path[];
}

/**
 * Reads an audit policy as kube-apiserver does (`pkg/audit/policy/reader.go` of k8s.io/apiserver, release 1.37): what it refuses has
 * at least one diagnostic of severity error, each with a line; what it warns of has one of severity warning. A text above 1 MiB is
 * refused unread; of errors and of warnings the first thousand are listed, each. Never throws on bad input; only a `kubernetesVersion` that is none is a UserError.
 */
export function loadPolicy(text: string, options: LoadOptions = {}): LoadedPolicy {
  if (byteLength(text) > MAX_POLICY_BYTES) return load(tooLarge(), options);
  return load(readSource({ text, wide: false }), options);
}

/**
 * Reads the bytes of a policy file as `loadPolicy` reads a text: UTF-8, UTF-16 with a byte order mark, or Kubernetes' protobuf. `text` is
 * what the places of the diagnostics count in; a byte that is no UTF-8 is half a character in it, and an error where it stands.
 */
export function loadPolicyBytes(bytes: Uint8Array, options: LoadOptions = {}): LoadedPolicy & { text: string } {
  if (bytes.length > MAX_POLICY_BYTES) return { ...load(tooLarge(), options), text: '' };
  const decoded = decodeBytes(bytes);
  const source = startsProtobuf(bytes) ? protobufSource(bytes) : readSource(decoded);
  return { ...load(source, options), text: decoded.text };
}

function load(source: PolicySource, { file, kubernetesVersion }: LoadOptions): LoadedPolicy {
  const { root, positions, problems } = source;
  const policy = source.value ? read(source, source.value, kubernetesVersion) : null;
  const diagnostics = listProblems(problems).map((entry) => (file === undefined ? entry : { ...entry, file }));
  const locate: LoadedPolicy['locate'] = (path, atKey) => {
    const found = stretchOf(root, path, atKey);
    return found && positions.range(found.start, found.end);
  };
  return {
    policy,
    diagnostics,
    locate,
    placeholders: () => placeholdersOf(source.value ?? null, positions),
    rest: () => restOf(source, kubernetesVersion),
  };
}

function read(source: PolicySource, value: JsonNode, kubernetesVersion?: string): Policy | null {
  const head = headRefusal(value, !source.isJson, kubernetesVersion);
  if (head) refuse(head, source);
  const held = head ? undefined : fillPolicy(value, source);
  if (isRefused(source)) return null;
  const policy = plainPolicy(held);
  for (const refusal of validatePolicy(policy, kubernetesVersion)) refuse(withPlace(refusal, value), source);
  return isRefused(source) ? null : policy;
}

// Of rules that are inside of something it is of no use to say that there are none.
function withPlace(refusal: Refusal, value: JsonNode): Refusal {
  const around = refusal.code === 'no-rules' ? keyAroundRules(value) : undefined;
  if (around === undefined) return refusal;
  const hint = `Take rules out of ${around}: it stands at the left, beside kind.`;
  return { ...refusal, path: [around], message: `the policy has no rules: they are inside of ${around}`, hint };
}

/**
 * What `read` does not come to where the head or a type is wrong: `diagnostics` has only what it did not tell. What follows from a wrong
 * type, such as a level that is missing, is not said again.
 */
function restOf(source: PolicySource, kubernetesVersion?: string): PolicyRest | undefined {
  const { value, isJson } = source;
  if (value?.kind !== 'map') return undefined;
  const head = headRefusal(value, !isJson, kubernetesVersion);
  if (head?.code === WRAPPED) return undefined;
  const types = { ...source, problems: noProblems() };
  const wrong: Path[] = [];
  const policy = plainPolicy(fillPolicy(value, types, (path) => wrong.push(path)));
  const further = { ...source, problems: head ? types.problems : noProblems() };
  const refusals = validatePolicy(policy, kubernetesVersion).filter(({ path }) => !overlapsAny(path, wrong));
  if (head || wrong.length > 0) for (const refusal of refusals) refuse(withPlace(refusal, value), further);
  const isWhole = wrong.length === 0 && refusals.length === 0;
  const judged = refusals.filter(({ code }) => code !== 'no-level').map(({ path }) => path);
  return { policy, diagnostics: listProblems(further.problems), isWhole, wrong: [...wrong, ...judged] };
}

/** Whether a path leads to, into or around one of the others. */
export function overlapsAny(path: Path, others: readonly Path[]): boolean {
  return others.some((other) => other.every((step, at) => at >= path.length || step === path[at]));
}

function isRefused({ problems }: PolicySource): boolean {
  return problems.counts.error > 0;
}

function refuse({ code, path, message, ...refusal }: Refusal, { root, positions, problems }: PolicySource): void {
  const hint = renderFirst(textAt(root, path) ?? '') ?? refusal.hint;
  const found: Diagnostic = { severity: 'error', code, message: within(path, message), ...(hint ? { hint } : {}) };
  addProblem(problems, positions, nearestStretch(root, path), found);
}
