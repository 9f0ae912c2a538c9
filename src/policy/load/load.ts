import { decodeBytes } from '../../yaml/bytes.ts';
import { type JsonNode, type Path, type Stretch, nearestStretch, stretchOf, textAt } from '../../yaml/json-node.ts';
import type { TextRange } from '../../yaml/positions.ts';
import type { Policy } from '../types.ts';
import { type Diagnostic, addProblem, listProblems, noProblems } from './diagnostic.ts';
import { fillPolicy, plainPolicy } from './fill-policy.ts';
import { WRAPPED, headFault, keyAroundRules } from './head.ts';
import { type Placeholder, placeholdersOf } from './template-marks.ts';
import { MAX_POLICY_BYTES, type PolicySource, readSource, tooLarge } from './source.ts';
import { validatePolicy } from './validate.ts';
import type { Fault } from './words.ts';

/** How a policy is read. */
export interface LoadOptions {
  /** The file's name, for the diagnostics. */
  file?: string;
  /** For example 1.35.4; left out: the newest. */
  kubernetesVersion?: string;
}

/** What was read of a policy. */
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
  return load(readSource({ text, wide: false }), options);
}

/**
 * Reads the bytes of a policy file as `loadPolicy` reads a text: UTF-8, or UTF-16 with a byte order mark. `text` is what the places of
 * the diagnostics count in; a byte that is no UTF-8 is half a character in it, and an error where it stands.
 */
export function loadPolicyBytes(bytes: Uint8Array, options: LoadOptions = {}): LoadedPolicy & { text: string } {
  if (bytes.length > MAX_POLICY_BYTES) return { ...load(tooLarge(), options), text: '' };
  const decoded = decodeBytes(bytes);
  return { ...load(readSource(decoded), options), text: decoded.text };
}

function load(source: PolicySource, { file, kubernetesVersion }: LoadOptions): LoadedPolicy {
  const { root, positions, problems } = source;
  const policy = source.value ? read(source, source.value, kubernetesVersion) : null;
  const diagnostics = listProblems(problems, positions).map((entry) =>
    file === undefined ? entry : { ...entry, file },
  );
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
  const head = headFault(value, !source.isJson, kubernetesVersion);
  if (head) refuse(head, source);
  const held = head ? undefined : fillPolicy(value, (fault, at) => addFault(fault, at, source));
  if (isRefused(source)) return null;
  const policy = plainPolicy(held);
  for (const fault of validatePolicy(policy, kubernetesVersion)) refuse(withPlace(fault, value), source);
  return isRefused(source) ? null : policy;
}

// Of rules that are inside of something it is of no use to say that there are none.
function withPlace(fault: Fault, value: JsonNode): Fault {
  const around = fault.code === 'no-rules' ? keyAroundRules(value) : undefined;
  return around === undefined ? fault : { code: 'no-rules', path: [around], args: { around } };
}

/**
 * What `read` does not come to where the head or a type is wrong: `diagnostics` has only what it did not tell. What follows from a wrong
 * type, such as a level that is missing, is not said again.
 */
function restOf(source: PolicySource, kubernetesVersion?: string): PolicyRest | undefined {
  const { value, isJson, positions } = source;
  if (value?.kind !== 'map') return undefined;
  const head = headFault(value, !isJson, kubernetesVersion);
  if (head?.code === WRAPPED) return undefined;
  const types = { ...source, problems: noProblems() };
  const wrong: Path[] = [];
  const held = fillPolicy(value, (fault, at) => {
    if (fault.code === 'wrong-type') wrong.push(fault.path);
    addFault(fault, at, types);
  });
  const policy = plainPolicy(held);
  const further = { ...source, problems: head ? types.problems : noProblems() };
  const faults = validatePolicy(policy, kubernetesVersion).filter(({ path }) => !overlapsAny(path, wrong));
  if (head || wrong.length > 0) for (const fault of faults) refuse(withPlace(fault, value), further);
  const isWhole = wrong.length === 0 && faults.length === 0;
  const judged = faults.filter(({ code }) => code !== 'no-level').map(({ path }) => path);
  return { policy, diagnostics: listProblems(further.problems, positions), isWhole, wrong: [...wrong, ...judged] };
}

/** Whether a path leads to, into or around one of the others. */
export function overlapsAny(path: Path, others: readonly Path[]): boolean {
  return others.some((other) => other.every((step, at) => at >= path.length || step === path[at]));
}

function isRefused({ problems }: PolicySource): boolean {
  return problems.counts.error > 0;
}

function refuse(fault: Fault, { root, problems }: PolicySource): void {
  addProblem(problems, fault, nearestStretch(root, fault.path), textAt(root, fault.path));
}

function addFault(fault: Fault, at: Stretch, { problems }: PolicySource): void {
  const node = fault.code === 'wrong-type' ? fault.args.node : undefined;
  addProblem(problems, fault, at, node?.kind === 'string' ? node.value : undefined);
}
