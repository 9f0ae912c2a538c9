import type { Explanation } from '../policy/explain/explain.ts';
import { meaningOf } from '../policy/explain/meaning.ts';
import type { Stage } from '../policy/types.ts';
import { earlierView } from './earlier-rules-view.ts';
import { identityText, requestText } from './request-text.ts';
import type { RuleSource } from './rule-source.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** What is shown of an explanation besides itself. */
export interface ExplanationFacts {
  /** Where the policy is from: the name of a file or a template. */
  policy: string;
  /** The lines of the deciding rule; null where they are not known or no rule decides. */
  source: RuleSource | null;
  /** What is good to know about how the request was written. */
  notes: readonly string[];
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

function requestPart({ request }: Explanation, { notes }: ExplanationFacts, { style, columns }: ViewOptions): string {
  const head = [style.bold(requestText(request)), ...indented(`by ${identityText(request)}`, columns)];
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
