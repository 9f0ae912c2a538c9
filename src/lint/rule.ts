import type { ClusterFacts } from '../cluster/facts.ts';
import type { PresentAudit } from '../cluster/present.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { UserError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Place } from '../kubeadm/parts.ts';
import type { Policy } from '../policy/types.ts';
import type { TextPosition, TextRange } from '../yaml/positions.ts';

/** How bad a finding is: an error does not work, a warning is probably not meant, an info is good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** What the words of a finding are made of: plain data, so that a finding can be compared, sorted and sent. */
export type Args = { readonly [name: string]: Arg };
type Arg = string | number | boolean | null | undefined | readonly Arg[] | Args;

/** A finding in words. */
export interface Words {
  message: string;
  /** What goes wrong if it stays so. */
  why: string;
  /** What to do about it. */
  fix: string;
}

/** Something to know about a document. It has no words: `wordsOf` makes them. */
export interface Finding {
  /** The rule's id, as `--allow` and `# kops-audit-ignore` take it. */
  rule: string;
  severity: Severity;
  /** The rule is about something that keeps kube-apiserver or the node from starting: `--allow` does not help. */
  fatal: boolean;
  /** What it is about: the same wherever that stands. With `rule` it tells whether two findings are the same one. Never shown. */
  subject: string;
  args: Args;
  /** Where in the document (RFC 6901). */
  pointer: string;
  /** It is about a policy inside of a Cluster, and its place does not tell where: `line` of that policy, or only that it is of it. */
  within?: { line: number } | 'policy';
  /** What goes wrong if its fix is followed to the letter. */
  caution?: Harms;
}

/** What a policy would do that it must not: write the content of these into the log, or keep these out of it. */
export type Harms = Readonly<Record<'recorded' | 'silenced', readonly string[]>>;

/** A finding with its place in a text. */
export interface LocatedFinding extends Finding {
  range: TextRange;
  /** The line of the text at which `range` starts, where it may be shown: it holds nothing that could be secret. */
  source?: string;
  /** The reason given in a `# kops-audit-ignore` comment that covers it: it does not count. */
  ignored?: string;
  /** The part of a policy that it is about. */
  path?: Path;
  /** A safe correction of that part, for `--fix`. */
  edit?: Edit;
  /** Findings of a rule with one cause are told as one. */
  cause?: string;
  /** The finding that, when it is fixed, takes this one with it: this one need not be shown. */
  followsFrom?: { rule: string; start: TextPosition };
}

/** A part of a policy: `['rules', 2, 'verbs', 0]`, counted from 0. */
export type Path = readonly (string | number)[];

/** A correction: `replace` puts another scalar at a path, `remove` takes the list item or key there out. */
export type Edit = { kind: 'replace'; value: string } | { kind: 'remove' };

/** What was found in one file. */
export interface FileLint {
  /** The file's name as the person gave it; `-` is stdin. */
  file: string;
  findings: LocatedFinding[];
  /** Documents of kinds that `lint` does not know. */
  skipped: SkippedDocument[];
  /** Why a document, or the whole of it, could not be looked at. */
  errors: UserError[];
  /** The specs that were looked at: what is secret in them must not be shown. */
  specs: JsonObject[];
}

interface SkippedDocument {
  line: number;
  kind: string;
}

/** What is fixed of a rule. */
export interface Heading {
  id: string;
  severity: Severity;
  fatal: boolean;
  why: string;
}

/** A rule as it is written down: what it looks for, and beside it how that is told. */
interface Row<Input, Place, A extends Args> extends Heading {
  /** What it is about: `audit` must be right for auditing to work; `other` is only a warning where it stood before. */
  about: 'audit' | 'other';
  /** Auditing works all the same, but what is changed might not take effect: an error for a change, unless it is allowed. */
  stopsChange?: true;
  check: (input: Input) => Breach<Place, A>[];
  /** `why` only where it is another one than that of the rule. */
  say: (args: NoInfer<A>) => Omit<Words, 'why'> & Partial<Words>;
  /** Puts breaches of one cause together, in the order of the policy. */
  join?: (all: readonly NoInfer<A>[]) => NoInfer<A>;
}

/** One place where a rule is broken. */
export type Breach<Place, A extends Args = Args> = Place & { args: A };

/** A rule, whatever its words are made of. They are methods, as a rule is given only what its own `check` made. */
export interface Rule<Input, Place> extends Heading {
  about: 'audit' | 'other';
  stopsChange?: true;
  check(input: Input): Breach<Place>[];
  say(args: Args): Omit<Words, 'why'> & Partial<Words>;
  join?(all: readonly Args[]): Args;
}

/** What a rule for Cluster documents looks at. */
export interface ClusterInput {
  cluster: KopsObject;
  facts: ClusterFacts;
  present: PresentAudit;
}

/** Where a rule for Cluster documents is broken. */
export interface ClusterPlace {
  pointer: string;
  /** Where `pointer` does not tell what it is about, as it lies in an instance group; left out: what stands at `pointer`. */
  subject?: string;
}

/** What a rule for Policy documents looks at. */
export interface PolicyInput {
  policy: Policy;
  /** For example 1.35.4; left out: the newest. */
  kubernetesVersion?: string;
}

/** Where a rule for Policy documents is broken. */
export interface PolicyPlace {
  path: Path;
  /** It is about the key at the end of the path, not about its value. */
  atKey?: boolean;
  /** A safe correction of the text, for `lint --fix`: it must not change a decision that was meant. */
  edit?: Edit;
  /** The policy when the words of the fix are followed, where they can do harm: that is then said besides. */
  meant?: (policy: Policy) => Policy;
  /** Breaches of a rule with one cause are told as one, by its `join`. */
  cause?: string;
}

/** A rule for Cluster documents. */
export type ClusterRule = Rule<ClusterInput, ClusterPlace>;
/** A rule for Policy documents. */
export type PolicyLintRule = Rule<PolicyInput, PolicyPlace>;
export type ClusterBreach<A extends Args> = Breach<ClusterPlace, A>;
export type PolicyBreach<A extends Args> = Breach<PolicyPlace, A>;

type Worded = Pick<Rule<never, unknown>, 'id' | 'why' | 'say'>;

/** Every rule of what was loaded, by its id: a finding has none of another. */
const RULES = new Map<string, Worded>();

function register(rule: Worded): void {
  const other = RULES.get(rule.id);
  if (other && other.say !== rule.say) throw new Error(`two rules are called ${rule.id}`);
  RULES.set(rule.id, rule);
}

/** A rule for Cluster documents. */
export function clusterRule<A extends Args>(row: Row<ClusterInput, ClusterPlace, A>): ClusterRule {
  register(row);
  return row;
}

/** A rule for Policy documents: none is about a policy that kube-apiserver does not load. */
export function policyRule<A extends Args>(
  row: Omit<Row<PolicyInput, PolicyPlace, A>, 'fatal' | 'about'>,
): PolicyLintRule {
  const rule: PolicyLintRule = { ...row, fatal: false, about: 'other' };
  register(rule);
  return rule;
}

/** Where a document that starts kube-apiserver, none of kOps, breaks a rule. */
export interface ServerPlace {
  place: Place;
}

/** A rule for such documents: those of kubeadm and kind, and pods of kube-apiserver. */
export type ServerRule<Input> = Rule<Input, ServerPlace>;
export type ServerBreach<A extends Args> = Breach<ServerPlace, A>;

/** A rule for documents of kubeadm and kind, and for pods of kube-apiserver. */
export function serverRule<Input, A extends Args>(row: Omit<Row<Input, ServerPlace, A>, 'about'>): ServerRule<Input> {
  const rule: ServerRule<Input> = { ...row, about: 'audit' };
  register(rule);
  return rule;
}

/** What is found otherwise than by the check of a rule: its words, and how such a finding is made. */
export interface Told<A extends Args> extends Heading {
  say: Row<never, never, A>['say'];
  found: (args: A, more?: Partial<Omit<Finding, 'rule' | 'args'>>) => Finding;
}

/** The words for what is found otherwise than by the check of a rule. */
export function tells<A extends Args>(row: Heading & Pick<Row<never, never, A>, 'say'>): Told<A> {
  register(row);
  return { ...row, found: (args, more) => ({ ...findingOf(row, args), ...more }) };
}

/** A finding of a rule, about the whole of a document. */
export function findingOf({ id, severity, fatal }: Heading, args: Args): Finding {
  return { rule: id, severity, fatal, subject: '', args, pointer: '' };
}

/** Says a finding: the only place where its text is made, for the terminal, JSON, SARIF and annotations alike. */
export function wordsOf({ rule, args, within, caution }: Finding): Words {
  const row = RULES.get(rule);
  if (!row) throw new Error(`the rule ${rule} has no words`);
  const { message, fix, why = row.why } = row.say(args);
  return { message: `${prefix(within)}${message}`, why, fix: `${fix}${cautionText(caution)}` };
}

/** A finding with its words. */
export function told<F extends Finding>(finding: F): F & Words {
  return { ...finding, ...wordsOf(finding) };
}

function prefix(within: Finding['within']): string {
  if (within === undefined) return '';
  return within === 'policy' ? 'the policy: ' : `line ${within.line} of the policy: `;
}

function cautionText(caution: Harms | undefined): string {
  const harm = caution && harmText(caution);
  return harm ? ` But then it would ${harm}. Put a rule with level Metadata for that before this one.` : '';
}

const MOST_NAMED = 3;

/** What would be done, for a sentence: `write the content of secrets into the log`; empty where it is nothing. */
export function harmText({ recorded, silenced }: Harms): string {
  const parts = [
    ...(recorded.length > 0 ? [`write the content of ${some(recorded)} into the log`] : []),
    ...(silenced.length > 0 ? [`keep ${some(silenced)} out of the log`] : []),
  ];
  return parts.join(' and ');
}

function some(names: readonly string[]): string {
  return list(names.length > MOST_NAMED + 1 ? [...names.slice(0, MOST_NAMED), 'others'] : names);
}

/** Joins words for a sentence: `a`, `a and b`, `a, b and c`; `last` is the word before the last one. */
export function list(words: readonly string[], last = 'and'): string {
  const distinct = [...new Set(words)];
  return distinct.length < 2 ? distinct.join('') : `${distinct.slice(0, -1).join(', ')} ${last} ${distinct.at(-1)}`;
}
