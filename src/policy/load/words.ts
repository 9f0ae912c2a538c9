import type { JsonNode, Path } from '../../yaml/json-node.ts';
import { isPlainText } from '../../yaml/resolve.ts';
import { findResources } from '../api/lookup.ts';
import { nearest } from '../nearest.ts';
import { LEVELS, STAGES } from '../types.ts';
import { named, renderFirst } from './template-marks.ts';

/** Nothing is to be said of a fault but what it is. */
type Plain = Record<never, never>;

/** A problem of syntax, in the words of `explainSyntax`. */
interface Syntax {
  message: string;
  hint?: string;
}

/** What is told of each kind of fault. */
export interface FaultArgs {
  'too-large': Plain;
  'protobuf-syntax': Plain;
  'json-syntax': { problem: string };
  'yaml-syntax': Syntax;
  'not-utf-8': Syntax;
  'forbidden-character': Syntax;
  tab: Syntax;
  'later-document': Plain;
  'duplicate-key': { key: string; by: 'key' | 'merge' | 'json' };
  'no-policy': { what: 'nothing' | 'list' | 'single value' };
  /** `node`: what stands there; left out for `apiVersion` and `kind`. */
  'wrong-type': { expected: string; node?: JsonNode };
  /** `inside`: the text it is in (`data.policy.yaml`); left out for an item of a list. */
  'wrapped-policy': { kind: string; inside?: string };
  'no-api-version': Plain;
  'wrong-api-version': { version: string };
  'removed-api-version': { version: string };
  'wrong-kind': { kind: string };
  'unknown-key': { key: string; known: readonly string[] };
  /** `around`: the key that the rules are inside of. */
  'no-rules': { around?: string };
  'no-level': Plain;
  'unknown-level': { level: string };
  'unknown-stage': { stage: string };
  'url-without-slash': { url: string };
  'url-wildcard-inside': { url: string };
  'wildcard-group': { kubernetesVersion: string };
  /** `meant`: the group that seems to be. */
  'not-a-group': { group: string; meant: string | undefined };
  'names-without-resources': Plain;
  'urls-with-resources': Plain;
}

export type Code = keyof FaultArgs;

/** One thing that is wrong with a policy, as data: `path` leads to the part that it is about, `say` has the words. */
export type Fault<C extends Code = Code> = C extends Code ? { code: C; path: Path; args: FaultArgs[C] } : never;

/** A fault in words. */
export interface Said {
  severity: 'error' | 'warning';
  code: string;
  message: string;
  hint?: string;
}

interface Words<Args> {
  severity: 'error' | 'warning';
  message: (args: Args, path: Path) => string;
  hint: (args: Args, path: Path) => string | undefined;
}

const BEGIN = 'Begin the file with the lines "apiVersion: audit.k8s.io/v1" and "kind: Policy".';
const START = 'A policy starts with "apiVersion: audit.k8s.io/v1" and "kind: Policy".';
const ITSELF = 'kube-apiserver reads the policy itself: save';
const KEEP_ONE = 'Keep the right one.';
const SYNTAX: Words<Syntax> = { severity: 'error', message: ({ message }) => message, hint: ({ hint }) => hint };

const WORDS: { readonly [C in Code]: Words<FaultArgs[C]> } = {
  'too-large': {
    severity: 'error',
    message: () => 'the policy is larger than 1 MiB',
    hint: () => 'kOps keeps it in the cluster spec; a policy is usually a few kilobytes.',
  },
  'protobuf-syntax': {
    severity: 'error',
    message: () => "the policy is in Kubernetes' protobuf encoding, which kops-audit does not read",
    hint: () => 'Write it as YAML: kOps can only keep a policy that is text.',
  },
  'json-syntax': {
    severity: 'error',
    message: ({ problem }) => `the policy is not valid JSON: ${problem}`,
    hint: () =>
      'A file that starts with "{" is read as JSON only. If it is meant to be YAML, begin it with a line "---".',
  },
  'yaml-syntax': SYNTAX,
  'not-utf-8': SYNTAX,
  'forbidden-character': SYNTAX,
  tab: SYNTAX,
  'later-document': {
    severity: 'warning',
    message: () => 'only the first YAML document counts; kube-apiserver does not read this one',
    hint: () => 'Remove it, or move it into a file of its own.',
  },
  'duplicate-key': { severity: 'warning', message: duplicateKey, hint: () => KEEP_ONE },
  'no-policy': {
    severity: 'error',
    message: ({ what }) => (what === 'nothing' ? 'there is no policy in it' : `a policy is a map, not a ${what}`),
    hint: () => START,
  },
  'wrong-type': {
    severity: 'error',
    message: ({ expected, node }, path) => `${named(path)} must be ${expected}${node ? `, not ${describe(node)}` : ''}`,
    hint: ({ expected, node }, path) => (node ? typeHint(path, node, expected) : START),
  },
  'wrapped-policy': {
    severity: 'error',
    message: ({ kind }) => `the policy is inside a ${kind}`,
    hint: ({ inside }) =>
      inside === undefined
        ? `${ITSELF} the one item, without its dash and indentation, as a file of its own.`
        : `${ITSELF} the text below ${inside}, without its indentation, as a file of its own.`,
  },
  'no-api-version': { severity: 'error', message: () => 'the policy has no apiVersion', hint: () => BEGIN },
  'wrong-api-version': {
    severity: 'error',
    message: ({ version }) => `${quote(version)} is not the apiVersion of a policy`,
    hint: () => 'Write "apiVersion: audit.k8s.io/v1".',
  },
  'removed-api-version': {
    severity: 'error',
    message: ({ version }) =>
      `the apiVersion ${version} was removed in Kubernetes 1.24; 1.23 is the last release that reads it`,
    hint: () => 'Write "apiVersion: audit.k8s.io/v1".',
  },
  'wrong-kind': {
    severity: 'error',
    message: ({ kind }) => `the kind ${quote(kind)} is not an audit policy`,
    hint: () => 'Write "kind: Policy".',
  },
  'unknown-key': {
    severity: 'warning',
    message: ({ key }) => `kube-apiserver does not know the key ${quote(key)} and ignores it`,
    hint: ({ key, known }, path) => renderFirst(key) ?? keyHint(key, path, known),
  },
  'no-rules': {
    severity: 'error',
    message: ({ around }) => `the policy has no rules${around === undefined ? '' : `: they are inside ${around}`}`,
    hint: ({ around }) =>
      around === undefined
        ? 'Add a rule, for example "- level: Metadata".'
        : `Move rules out of ${around}: it belongs at the top level, beside kind.`,
  },
  'no-level': {
    severity: 'error',
    message: () => 'the rule has no level',
    hint: () => `Add "level:" with one of ${LEVELS.join(', ')}.`,
  },
  'unknown-level': {
    severity: 'error',
    message: ({ level }) => `${quote(level)} is not a level`,
    hint: ({ level }) => choose(level, LEVELS),
  },
  'unknown-stage': {
    severity: 'error',
    message: ({ stage }) => `${quote(stage)} is not a stage`,
    hint: ({ stage }) => choose(stage, STAGES),
  },
  'url-without-slash': {
    severity: 'error',
    message: ({ url }) => `the path ${quote(url)} does not start with "/"`,
    hint: ({ url }) => `Write "/${url.replace(/^\/*/, '')}".`,
  },
  'url-wildcard-inside': {
    severity: 'error',
    message: ({ url }) => `in the path ${quote(url)} "*" is not at the end`,
    hint: ({ url }) =>
      `"*" can only be the last character: write ${quote(url.replace(/\*.*$/s, '*'))}, which matches more, or each path in full.`,
  },
  'wildcard-group': {
    severity: 'error',
    message: ({ kubernetesVersion }) =>
      `the group "*" is refused up to Kubernetes 1.35, and this is ${kubernetesVersion}; 1.36 and later accept it`,
    hint: () => 'List the groups by name.',
  },
  'not-a-group': {
    severity: 'error',
    message: ({ group }) => `${quote(group)} is not an API group`,
    hint: ({ group, meant }) => groupHint(group, meant),
  },
  'names-without-resources': {
    severity: 'error',
    message: () => 'resourceNames without resources',
    hint: () => 'Add resources: they say what kind of object has these names.',
  },
  'urls-with-resources': {
    severity: 'error',
    message: () => 'a rule cannot have nonResourceURLs together with resources or namespaces',
    hint: () => 'Split it into two rules: one with nonResourceURLs, one with the rest.',
  },
};

/** Whether kube-apiserver refuses a policy with such a fault, or reads it otherwise than is meant. */
export function severityOf(code: Code): 'error' | 'warning' {
  return WORDS[code].severity;
}

/** Says a fault in words. `spelled`: the text that stands there, which a template may still have to fill in. */
export function say<C extends Code>(code: C, path: Path, args: FaultArgs[C], spelled = ''): Said {
  const words: Words<FaultArgs[C]> = WORDS[code];
  const hint = renderFirst(spelled) ?? words.hint(args, path);
  const message = within(path, words.message(args, path));
  return { severity: words.severity, code, message, ...(hint === undefined ? {} : { hint }) };
}

// Of a YAML text the last one wins before the policy is looked at.
function duplicateKey({ key, by }: FaultArgs['duplicate-key']): string {
  if (by === 'json')
    return `the key ${quote(key)} appears twice; kube-apiserver uses this one instead of the one before`;
  return `the key ${quote(key)} ${by === 'merge' ? 'is set by a merge ("<<") too' : 'appears twice'}; the last one counts`;
}

/** Begins a message with "rule 3: " for what is inside a rule. */
function within(path: Path, message: string): string {
  return path[0] === 'rules' && typeof path[1] === 'number' ? `rule ${path[1] + 1}: ${message}` : message;
}

const LONGEST = 100;

/** A text in double quotes for a message, its control characters as escapes; a long one is cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
}

function describe(node: JsonNode): string {
  if (node.kind === 'list' || node.kind === 'map') return `a ${node.kind}`;
  if (node.kind === 'null') return 'null';
  return node.kind === 'string' ? quote(node.value) : String(node.value);
}

function choose(value: string, allowed: readonly string[]): string {
  const near = nearest(value, allowed);
  return near ? `Did you mean ${near}?` : `Use one of ${allowed.join(', ')}.`;
}

const FORM =
  'A group is a name in lower case without a version, for example "apps", "" (core), or "rbac.authorization.k8s.io".';

function groupHint(name: string, meant: string | undefined): string {
  if (name.includes('*')) return 'Name each group: the only pattern is "*" alone, from Kubernetes 1.36 on.';
  return meant === undefined ? FORM : `Write group: ${meant || '""'}. ${FORM}`;
}

const SELECTORS = ['users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs'];
const GROUP_SELECTORS = ['group', 'resources', 'resourceNames'];
const RULE_KEYS = ['level', 'omitStages', 'omitManagedFields', ...SELECTORS];

const USUAL_MISTAKES: Readonly<Record<string, string>> = {
  apiGroups: 'group',
  apiGroup: 'group',
  groups: 'userGroups',
  urls: 'nonResourceURLs',
};

/** What helps with a key that is not known where it stands: its right spelling or place, and whether a rule matches more without it. */
function keyHint(key: string, path: Path, known: readonly string[]): string {
  const usual = USUAL_MISTAKES[key];
  const meant = usual !== undefined && known.includes(usual) ? usual : nearest(key, known);
  if (meant)
    return widened(
      `Did you mean ${meant}?${key !== 'apiGroup' && meant === 'group' ? ' It takes one name.' : ''}`,
      meant,
      path,
    );
  return misplaced(key, path) ?? widened(`It knows ${known.join(', ')}.`, undefined, path);
}

function widened(sentence: string, meant: string | undefined, path: Path): string {
  const isSelector = meant === undefined || SELECTORS.includes(meant) || GROUP_SELECTORS.includes(meant);
  return path[0] === 'rules' && isSelector ? `${sentence} Without it the rule matches more than intended.` : sentence;
}

function misplaced(key: string, path: Path): string | undefined {
  const word = RULE_KEYS.find((name) => name === key) ?? nearest(key, RULE_KEYS);
  if (!word || (path[0] === 'rules' && path.length <= 3) || (path[0] !== 'rules' && path.length > 1)) return undefined;
  if (path[0] === 'rules') return widened(`${word} belongs beside level, not inside resources.`, word, path);
  const sentence = `${word} belongs inside a rule, indented as far as its level.`;
  return SELECTORS.includes(word) ? `${sentence} Without it that rule matches more than intended.` : sentence;
}

/** What to write in the place of a value of the wrong type; `path` leads to it. Undefined where the message says it all. */
function typeHint(path: Path, node: JsonNode, expected: string): string | undefined {
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  const isItem = typeof path.at(-1) === 'number';
  if (expected.startsWith('a list')) return listHint(key, node, expected === 'a list of maps');
  if (expected === 'text') return textHint(String(key), node, isItem);
  if (expected === 'a map') return mapHint(String(key), node);
  if (expected === 'true or false') return booleanHint(node);
  return undefined;
}

const DASH = 'Begin each item with "- ".';

/** Selectors that match everything where they are left out, and no pattern in them. */
const WITHOUT = ['verbs', 'users', 'userGroups', 'namespaces', 'resourceNames'];

function listHint(key: string | number, node: JsonNode, ofMaps: boolean): string | undefined {
  if (node.kind !== 'string' && node.kind !== 'number' && node.kind !== 'boolean') return DASH;
  const text = String(node.value);
  if (ofMaps) return key === 'resources' ? entriesFor(words(text)) : DASH;
  if (text === '*' && WITHOUT.includes(String(key))) return `Leave ${key} out: without it the rule matches all.`;
  return `Write [${words(text).map(scalar).join(', ')}].`;
}

function words(text: string): string[] {
  return text
    .slice(0, 200)
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

function textHint(key: string, node: JsonNode, isItem: boolean): string | undefined {
  if (node.kind === 'boolean') return 'Put it in quotes: YAML reads y, n, yes, no, on and off as true or false.';
  if (node.kind === 'number') return 'Put it in quotes.';
  if (node.kind === 'list')
    return manyHint(
      key,
      node.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])),
      isItem,
    );
  return node.kind === 'map' ? pairHint(key, node) : undefined;
}

function manyHint(key: string, items: readonly string[], isItem: boolean): string {
  if (isItem) return 'Remove the inner brackets, or the second dash.';
  if (key === 'group' && items.some((item) => item.startsWith('system:')))
    return 'It takes one API group, such as apps. Users are named in users, their groups in userGroups, beside level.';
  if (key === 'group' && items.length !== 1) return 'It takes one name: write an entry of resources for each group.';
  return items.length === 1
    ? `Write ${key}: ${scalar(items[0]!)}.`
    : `It takes one value: write ${key} with one of them.`;
}

/** What people put before a name in a list of names. */
const LABELS = ['name', 'resource', 'user', 'group', 'verb', 'namespace', 'stage', 'path', 'url'];

// "- system: x" is a map, as there is a blank behind the colon.
function pairHint(key: string, node: JsonNode & { kind: 'map' }): string | undefined {
  const [first, ...more] = node.entries;
  if (!first || more.length > 0 || first.value.kind === 'list' || first.value.kind === 'map') return undefined;
  const value = 'value' in first.value ? String(first.value.value) : '';
  if (LABELS.includes(first.key)) return `Write only the name: ${scalar(value)}.`;
  const what = ['users', 'userGroups'].includes(key) ? `${first.key}:${value}` : `${first.key}: ${value}`;
  return what.includes(' ')
    ? `A text with ": " in it needs quotes: "${what}".`
    : `Write ${what} (no space after the colon: with one it is a key and its value).`;
}

function mapHint(key: string, node: JsonNode): string | undefined {
  if (node.kind === 'list') return 'Remove one of the two dashes, or the inner brackets.';
  if (node.kind !== 'string') return undefined;
  if (key === 'resources') return entriesFor([node.value]);
  if (key !== 'rules') return undefined;
  const level = LEVELS.find((name) => name.toLowerCase() === node.value.toLowerCase());
  return level === undefined ? 'A rule is a map, and begins with "- level: Metadata".' : `Write "- level: ${level}".`;
}

/** Names of resources as entries of `resources`, those of one group together. */
function entriesFor(names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names.slice(0, 5)) {
    const [found] = findResources(name.split('/')[0] ?? '');
    const group = found?.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), scalar(name)]);
  }
  const entries = [...groups].map(([group, list]) => `{group: ${group || '""'}, resources: [${list.join(', ')}]}`);
  return `Write resources: [${entries.join(', ')}]. Each entry has its API group.`;
}

function booleanHint(node: JsonNode): string | undefined {
  if (node.kind === 'string' && /^(?:true|false)$/i.test(node.value))
    return `Write ${node.value.toLowerCase()}, without quotes.`;
  return 'Write true or false.';
}

/** A text as it may stand inside brackets. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z/_](?:[\w./:@-]*[\w./@-])?$/.test(text) && isPlainText(text);
  return isPlain ? text : JSON.stringify(text);
}
