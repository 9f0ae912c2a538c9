import type { Explanation, RuleMiss, SelectorName } from '../policy/explain/explain.ts';
import { meaningOf } from '../policy/explain/meaning.ts';
import type { RequestAttributes, Stage } from '../policy/types.ts';
import { safeText, type Style, wrap } from './text.ts';
import type { TextRange } from '../yaml/positions.ts';

/** What is shown of an explanation besides itself. */
export interface ExplanationFacts {
  /** Where the policy is from: the name of a file or a template. */
  policy: string;
  /** The lines of the deciding rule; null where they are not known or no rule decides. */
  source: RuleSource | null;
  /** What is good to know about how the request was written. */
  notes: readonly string[];
  /** It was asked with -A; false where left out. */
  isForAllNamespaces?: boolean;
}

export interface ViewOptions {
  style: Style;
  columns: number;
  /** Each earlier rule on its own, and long rules in full. */
  verbose: boolean;
}

/** An explanation as a person reads it, ended by a line feed. */
export function explanationView(explanation: Explanation, facts: ExplanationFacts, options: ViewOptions): string {
  const parts = [
    requestPart(explanation, facts, options),
    answerPart(explanation, options),
    sourcePart(facts, options),
    earlierView(explanation, options),
    laterPart(explanation, options),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function requestPart(
  { request }: Explanation,
  { notes, isForAllNamespaces = false }: ExplanationFacts,
  { style, columns }: ViewOptions,
): string {
  const head = [
    style.bold(`${requestText(request)}${isForAllNamespaces ? ' -A' : ''}`),
    ...indented(`by ${identityText(request)}`, columns),
  ];
  return [...head, ...notes.flatMap((note) => indented(`note: ${safeText(note)}`, columns).map(style.dim))].join('\n');
}

function indented(text: string, columns: number): string[] {
  return wrap(text, columns - 2)
    .split('\n')
    .map((line) => `  ${line}`);
}

function answerPart({ request, decision, stages }: Explanation, { style, columns }: ViewOptions): string {
  const by = decision.rule === 0 ? 'no rule matches' : `rule ${decision.rule} decides`;
  const paint = decision.level === 'None' ? style.yellow : style.green;
  const said = [...meaningOf(request, decision, stages), ...stageText(stages, decision.omitStages)];
  return [`${paint(decision.level)}: ${by}`, ...said.flatMap((text) => indented(text, columns))].join('\n');
}

function stageText(stages: readonly Stage[], omitted: readonly Stage[]): string[] {
  if (stages.length === 0) return [];
  const events = stages.length === 1 ? 'One event' : `${stages.length} events`;
  return [`${events}, at ${stages.join(', ')}${omitted.length > 0 ? `; ${omitted.join(', ')} omitted` : ''}.`];
}

/** A rule that is longer than the second is cut to the first. */
const SHOWN_LINES = 16;
const MAX_LINES = 24;

function sourcePart({ policy, source }: ExplanationFacts, { style, verbose }: ViewOptions): string {
  if (!source) return '';
  const width = String(source.line + source.lines.length).length;
  const isCut = !verbose && source.lines.length > MAX_LINES;
  const shown = isCut ? source.lines.slice(0, SHOWN_LINES) : source.lines;
  const numbered = shown.map((text, index) => {
    const number = style.dim(String(source.line + index).padStart(width));
    return `  ${number}  ${dimComment(safeText(text), style)}`.trimEnd();
  });
  const rest = source.lines.length - shown.length;
  const more = rest > 0 ? [style.dim(`  ${' '.repeat(width)}  … ${rest} more lines (-v shows them)`)] : [];
  return [`${safeText(policy)}:${source.line}`, ...numbered, ...more].join('\n');
}

function dimComment(line: string, style: Style): string {
  const at = line.search(/(?<=^|\s)#/);
  return at < 0 ? line : line.slice(0, at) + style.dim(line.slice(at));
}

/** So many later rules are named. */
const SHOWN_RULES = 8;

function laterPart({ later, decision }: Explanation, { columns, verbose }: ViewOptions): string {
  if (later.length === 0) return '';
  const named = verbose ? later : later.slice(0, SHOWN_RULES);
  const more = later.length > named.length ? ` and ${later.length - named.length} more` : '';
  const rules = named.map(({ rule, level }) => `${rule} (${level})`).join(', ');
  const noun = later.length === 1 ? 'Rule' : 'Rules';
  return wrap(`${noun} ${rules}${more} would match too, but rule ${decision.rule} comes first.`, columns);
}

/** So many rules are shown one by one; of more the like ones are put together. */
const ONE_BY_ONE = 5;

/** Why the rules before the deciding one did not match; empty where there are none. */
function earlierView({ earlier, decision }: Explanation, options: ViewOptions): string {
  if (earlier.length === 0) return '';
  const isShort = earlier.length <= ONE_BY_ONE || options.verbose;
  const lines = isShort ? earlier.flatMap((miss) => ruleLines(miss, options)) : foldedLines(earlier, options);
  const before = decision.rule === 0 ? 'Why no rule matches:' : 'Why no earlier rule matches:';
  return [before, ...lines].join('\n');
}

function ruleLines(miss: RuleMiss, options: ViewOptions): string[] {
  const head = `rule ${miss.rule} (${miss.level}): `;
  const items = withoutRepeats(miss.wanted);
  const wanted = options.verbose ? items.join(', ') : some(items);
  return hanging(head, `${miss.selector} ${safeText(wanted)}${safeText(hadText(miss))}${noteText(miss)}`, options);
}

// `all of core, apps` for `all of core, all of apps`.
function withoutRepeats(items: readonly string[]): string[] {
  const lead = 'all of ';
  return items.map((item, index) =>
    item.startsWith(lead) && items[index - 1]?.startsWith(lead) ? item.slice(lead.length) : item,
  );
}

const SHOWN_ITEMS = 3;

function some(items: readonly string[]): string {
  const rest = items.length - SHOWN_ITEMS;
  return rest > 1 ? `${items.slice(0, SHOWN_ITEMS).join(', ')} and ${rest} more` : items.join(', ');
}

function hadText({ had, selector }: RuleMiss): string {
  return `; ${HAD[selector](had === null ? null : [had].flat().join(', '))}`;
}

const HAD: Readonly<Record<SelectorName, (had: string | null) => string>> = {
  users: (had) => (had === null ? 'there is no user' : `the user is ${had || '""'}`),
  userGroups: (had) => (had === null ? 'there is no user' : had === '' ? 'the user has none' : `the user has ${had}`),
  verbs: (had) => `the verb is ${had || '""'}`,
  namespaces: (had) => (had === null ? 'it is a request for a path' : `the namespace is ${had || '""'}`),
  resources: (had) => (had === null ? 'it is a request for a path' : `it is for ${had}`),
  nonResourceURLs: (had) => (had === null ? 'it is a request for a resource' : `the path is ${had || '""'}`),
};

function noteText({ note }: RuleMiss): string {
  return note === undefined ? '' : ` (${safeText(note)})`;
}

/** Rules that miss by the same selector in one line; those with a note of their own besides. */
function foldedLines(earlier: readonly RuleMiss[], options: ViewOptions): string[] {
  const noted = earlier.filter(({ note }) => note !== undefined).slice(0, ONE_BY_ONE);
  const plain = earlier.filter((miss) => !noted.includes(miss));
  const selectors = [...new Set(plain.map(({ selector }) => selector))];
  const folded = selectors.flatMap((selector) =>
    groupLines(
      plain.filter((miss) => miss.selector === selector),
      options,
    ),
  );
  return [...folded, ...noted.flatMap((miss) => ruleLines(miss, options))].concat(
    options.style.dim('  (-v shows each)'),
  );
}

function groupLines(misses: readonly RuleMiss[], options: ViewOptions): string[] {
  const numbers = ranges(misses.map(({ rule }) => rule));
  const head = misses.length === 1 ? `rule ${numbers} names` : `rules ${numbers} name`;
  return misses
    .slice(0, 1)
    .flatMap(({ selector, had }) => hanging(head, safeText(` ${otherText(selector, had)}`), options));
}

/** `other users than alice`; where the request has no such thing at all, what it is instead. */
function otherText(selector: SelectorName, had: RuleMiss['had']): string {
  const noun = NOUNS[selector];
  if (had === null || had.length === 0) return `${noun}; ${HAD[selector](had === null ? null : '')}`;
  return `other ${noun} than ${[had].flat().join(', ')}`;
}

const NOUNS: Readonly<Record<SelectorName, string>> = {
  users: 'users',
  userGroups: 'groups',
  verbs: 'verbs',
  namespaces: 'namespaces',
  resources: 'resources',
  nonResourceURLs: 'paths',
};

/** `1-3, 5`: numbers in order, neighbours together. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}

function hanging(head: string, text: string, { columns }: ViewOptions): string[] {
  return wrap(`${head}${text}`, columns - 6)
    .split('\n')
    .map((line, index) => `${index === 0 ? '  ' : '      '}${line}`);
}

/** The lines of a text that a rule is written in. */
export interface RuleSource {
  /** The line number of the first of them. */
  line: number;
  lines: string[];
}

/**
 * Cuts the lines of a rule out of the text of a policy, with the comment right above it.
 *
 * @param range where the rule is in the text.
 * @param firstLine the number that the first line of the text has.
 */
export function ruleSource(text: string, range: TextRange, firstLine: number): RuleSource {
  const all = text.split(/\r\n?|\n/);
  let first = range.start.line - 1;
  const last = range.end.column === 1 ? range.end.line - 2 : range.end.line - 1;
  while (/^\s*#/.test(all[first - 1] ?? '')) first -= 1;
  const lines = withoutEnd(all.slice(first, Math.max(last, range.start.line - 1) + 1));
  return { line: first + firstLine, lines };
}

// Blank lines and comments at the end belong to what comes next.
function withoutEnd(lines: readonly string[]): string[] {
  const end = lines.findLastIndex((line) => !/^\s*(#.*)?$/.test(line));
  return lines.slice(0, end + 1);
}

/** A request as a person would type it: `get pods/web/log -n prod`, `get /healthz`. Without the user. */
export function requestText(request: RequestAttributes): string {
  const { verb = '', isResourceRequest, path = '', namespace } = request;
  if (isResourceRequest !== true) return safeText(`${verb || '""'} ${path || '""'}`);
  return safeText(`${verb || '""'} ${targetText(request)}${namespace ? ` -n ${namespace}` : ''}`);
}

function targetText({ apiGroup, resource = '', subresource, name }: RequestAttributes): string {
  const type = `${resource}${apiGroup ? `.${apiGroup}` : ''}`;
  if (name && subresource) return `${type}/${name}/${subresource}`;
  return name ? `${type}/${name}` : `${type}${subresource ? ` --subresource ${subresource}` : ''}`;
}

/** Who sends a request: `alice (dev, system:authenticated)`. */
export function identityText({ user, groups = [] }: RequestAttributes): string {
  if (user === undefined) return 'nobody (it fails to authenticate)';
  return safeText(`${user || '""'}${groups.length > 0 ? ` (${groups.join(', ')})` : ' (no groups)'}`);
}

/**
 * An explanation as one JSON object; docs/explain-a-request.md describes it. `formatVersion` grows when a field changes its meaning or
 * goes; new fields may come at any time.
 */
export function explanationJson(explanation: Explanation, { policy, source, notes }: ExplanationFacts): object {
  const { request, decision, stages, earlier, later } = explanation;
  return {
    kind: 'Explanation',
    formatVersion: 1,
    policy,
    request,
    notes,
    level: decision.level,
    rule: decision.rule,
    stages,
    omitStages: decision.omitStages,
    omitManagedFields: decision.omitManagedFields,
    meaning: meaningOf(request, decision, stages),
    source,
    earlier,
    later,
  };
}
