import type { Policy } from '../types.ts';
import { nearest } from '../nearest.ts';
import type { Diagnostic } from './diagnostic.ts';
import { headRefusal } from './head.ts';
import { type PolicySource, readSource } from './source.ts';
import { type Path, checkShape, isObject } from './shape.ts';
import { POLICY_SHAPE } from './policy-shape.ts';
import { type Refusal, validatePolicy } from './validate.ts';

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
}

/**
 * Reads an audit policy as kube-apiserver does (`pkg/audit/policy/reader.go` of k8s.io/apiserver, release 1.37): what it refuses has
 * at least one diagnostic of severity error, each with a line. Never throws on bad input; only a `kubernetesVersion` that is none
 * is a UserError.
 */
export function loadPolicy(text: string, options: LoadOptions = {}): LoadedPolicy {
  const source = readSource(text);
  const diagnostics = [...source.problems];
  const policy = source.value === undefined ? null : read(source, diagnostics, options.kubernetesVersion);
  if (options.file === undefined) return { policy, diagnostics };
  return { policy, diagnostics: diagnostics.map((entry) => ({ ...entry, file: options.file ?? '' })) };
}

function read(source: PolicySource, diagnostics: Diagnostic[], kubernetesVersion?: string): Policy | null {
  const { value } = source;
  const head = headRefusal(value, !source.isJson, kubernetesVersion);
  if (head) {
    diagnostics.push(refusal(head, source));
    return null;
  }
  diagnostics.push(...shapeDiagnostics(source));
  if (hasError(diagnostics)) return null;
  const policy = compact(value as Record<string, unknown>);
  diagnostics.push(...validatePolicy(policy, kubernetesVersion).map((entry) => refusal(entry, source)));
  return hasError(diagnostics) ? null : policy;
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function refusal({ path, message, hint }: Refusal, source: PolicySource): Diagnostic {
  return { severity: 'error', message: within(path, message), ...(hint ? { hint } : {}), ...source.placeOf(path) };
}

function shapeDiagnostics(source: PolicySource): Diagnostic[] {
  const found: Diagnostic[] = [];
  checkShape(source.value, POLICY_SHAPE, {
    wrongType: (path, expected, value) => {
      const message = within(path, `${named(path)} must be ${expected}, not ${describe(value)}`);
      found.push({ severity: 'error', message, ...typeHint(value, expected), ...source.placeOf(path) });
    },
    unknownKey: (path, known) => {
      const key = String(path.at(-1));
      const message = within(path, `kube-apiserver does not know the key ${JSON.stringify(key)} and ignores it`);
      found.push({ severity: 'warning', message, ...keyHint(key, path, known), ...source.placeOf(path, true) });
    },
  });
  return found;
}

// "rule 3: …" for what is inside a rule.
function within(path: Path, message: string): string {
  return path[0] === 'rules' && typeof path[1] === 'number' ? `rule ${path[1] + 1}: ${message}` : message;
}

// "item 2 of users", counted from 1 as all that a person reads; of a rule only what is inside it.
function named(path: Path): string {
  const inside = path[0] === 'rules' && path.length > 2 ? path.slice(2) : path;
  const words = inside.map((step) => (typeof step === 'number' ? `item ${step + 1}` : step));
  return words.toReversed().join(' of ');
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'a map' : JSON.stringify(value);
}

function typeHint(value: unknown, expected: string): { hint?: string } {
  if (expected.startsWith('a list') && typeof value === 'string') return { hint: `Write [${value}].` };
  if (expected === 'text' && typeof value === 'boolean')
    return { hint: 'Put it in quotes: YAML reads y, n, yes, no, on and off as true or false.' };
  if (expected === 'text' && typeof value === 'number') return { hint: 'Put it in quotes.' };
  return {};
}

const USUAL_MISTAKES: Readonly<Record<string, string>> = {
  apiGroups: 'group',
  apiGroup: 'group',
  groups: 'userGroups',
  urls: 'nonResourceURLs',
};

function keyHint(key: string, path: Path, known: readonly string[]): { hint?: string } {
  const meant = USUAL_MISTAKES[key] ?? nearest(key, known);
  const spelling = meant && known.includes(meant) ? `Did you mean ${meant}?` : `It knows ${known.join(', ')}.`;
  return { hint: path[0] === 'rules' ? `${spelling} Without it the rule matches more than meant.` : spelling };
}

// Only the keys that are known, none of them empty: null in a list of texts is "".
function compact(value: Record<string, unknown>): Policy {
  const rules = list(value['rules']).map((rule) => ({ level: '', ...pick(rule, RULE_KEYS) }));
  const { omitManagedFields, ...rest } = pick(value, POLICY_KEYS);
  return { ...rest, ...(omitManagedFields === true ? { omitManagedFields } : {}), rules } as unknown as Policy;
}

const POLICY_KEYS = ['omitStages', 'omitManagedFields'];
const RULE_KEYS = [
  'level',
  'users',
  'userGroups',
  'verbs',
  'resources',
  'namespaces',
  'nonResourceURLs',
  'omitStages',
  'omitManagedFields',
];
const GROUP_KEYS = ['group', 'resources', 'resourceNames'];

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function pick(value: unknown, keys: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const key of isObject(value) || value === null ? keys : []) {
    const item = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (item === undefined || item === null || item === '' || (Array.isArray(item) && item.length === 0)) continue;
    picked[key] = Array.isArray(item) ? item.map((entry) => element(entry, key, keys)) : item;
  }
  return picked;
}

function element(entry: unknown, key: string, keys: readonly string[]): unknown {
  return key === 'resources' && keys === RULE_KEYS ? pick(entry, GROUP_KEYS) : (entry ?? '');
}
