import { grouped } from '../../grouped.ts';
import { decisionOf } from '../../policy/decide/decide.ts';
import { type Level, type Policy, type Stage } from '../../policy/types.ts';
import type { Preset } from './columns.ts';
import { type DialectName, type Dialect, dialectNamed, type RowsBeside, type SqlStep } from './dialects.ts';
import {
  choose,
  conditionOf,
  type Expression,
  isNot,
  name,
  number,
  printed,
  type Printer,
  text,
} from './expression.ts';
import { sizeSteps } from './line-bytes.ts';
import { fieldsOf, type Predicate, predicateOf } from './predicate.ts';
import { requestSteps, type Step } from './request.ts';

/** What a query is about. */
export interface QueryOptions {
  dialect: DialectName;
  preset: Preset;
  /** A table, or what stands for one behind FROM: SQL of the dialect. */
  from: string;
  /** The line of each rule in the policy's text; undefined where it has none. */
  lineOf: (rule: number) => number | undefined;
  /** For people. */
  policyName: string;
  /** Give the rows that the policy keeps, instead of counts. */
  isFilter: boolean;
}

/**
 * Writes a policy as one query over recorded events: per rule how many events it decides and keeps, and how many bytes, or with `isFilter` the rows it
 * keeps. It decides as `decide` does: the first rule that matches wins.
 *
 * @throws UserError where a column is missing.
 */
export function queryOf(policy: Policy, options: QueryOptions): string {
  const dialect = dialectNamed(options.dialect);
  const predicates = policy.rules.map(predicateOf);
  const steps = stepsOf(policy, predicates, options);
  const query = options.isFilter ? filtered(steps, options, dialect) : counted(steps, policy, options, dialect);
  const isDecoding = query.includes('percent_decoded(');
  const parts = [head(policy, options, dialect), ...(isDecoding && dialect.functions ? [dialect.functions] : [])];
  return `${[...parts, query, ...(dialect.settings ? [dialect.settings] : [])].join('\n')}\n`;
}

/** What the table of the events is called in the query. */
const LOG = 'log_';

function printerOf({ text: quoted, identifier, list, operations }: Dialect): Printer {
  return {
    text: quoted,
    name: (own) => own,
    column: (path) => [LOG, ...path.map(identifier)].join('.'),
    list,
    call: (operation, of) => operations[operation](...of),
  };
}

function stepsOf(policy: Policy, predicates: readonly Predicate[], { preset, isFilter }: QueryOptions): Step[] {
  const asked = new Set(predicates.flatMap(fieldsOf));
  const rules = predicates.map((predicate, at) => [conditionOf(predicate), number(at + 1)] as const);
  const hasBytes = preset.columns.line !== undefined && !isFilter;
  return [
    ...requestSteps(preset, asked),
    { name: 'decided', columns: [['rule_', rules.length === 0 ? number(0) : choose(rules, number(0))]] },
    { name: 'kept', columns: [['wanted_', wantedOf(policy)]] },
    ...(hasBytes ? sizeSteps(preset, managedOf(policy)) : []),
  ];
}

function rulesWith(policy: Policy, test: (decision: ReturnType<typeof decisionOf>) => boolean): number[] {
  const all = [0, ...policy.rules.map((_, at) => at + 1)];
  return all.filter((rule) => test(decisionOf(policy, rule)));
}

/** The level of what is written; None where nothing is. Rules that are alike in level and stages are told together. */
function wantedOf(policy: Policy): Expression {
  const alike = grouped(
    rulesWith(policy, ({ level }) => level !== 'None'),
    (rule) => {
      const { level, omitStages } = decisionOf(policy, rule);
      return [level, ...omitStages.toSorted()].join();
    },
  );
  const rows = [...alike.values()].map((rules) => {
    const { level, omitStages } = decisionOf(policy, rules[0] ?? 0);
    return [{ and: [{ ruleIn: rules }, ...omitted(omitStages)] }, text(level)] as const;
  });
  const isNone = { infix: '=', of: [name('stage_'), text('')] } as const;
  return choose([[isNone, text('None')], ...rows], text('None'));
}

function omitted(stages: readonly Stage[]): Expression[] {
  return stages.length === 0 ? [] : [{ of: name('stage_'), in: stages, isNot: true }];
}

function managedOf(policy: Policy): Expression | undefined {
  const withBodies: readonly Level[] = ['Request', 'RequestResponse'];
  const rules = rulesWith(policy, ({ level, omitManagedFields }) => omitManagedFields && withBodies.includes(level));
  return rules.length === 0 ? undefined : { ruleIn: rules };
}

function printedStep({ name: step, columns }: Step, printer: Printer): SqlStep {
  return { name: step, columns: columns.map(([as, value]) => [as, printed(value, printer, 6)]) };
}

function rulesTable(policy: Policy, { lineOf }: QueryOptions, printer: Printer): string {
  const rows = rulesWith(policy, () => true).map((rule) => {
    const values = [String(rule), String(lineOf(rule) ?? 'NULL'), printer.text(decisionOf(policy, rule).level)];
    const names = rule === 0 ? [' AS number_', ' AS place_', ' AS of_level_'] : ['', '', ''];
    return `    SELECT ${values.map((value, at) => `${value}${names[at] ?? ''}`).join(', ')}`;
  });
  return rows.join('\n    UNION ALL\n');
}

/** Of the table of the events nothing is taken but what is asked for. */
function counted(steps: readonly Step[], policy: Policy, options: QueryOptions, dialect: Dialect): string {
  const rules = rulesTable(policy, options, printerOf(dialect));
  return `${tables(steps, [], options, dialect)}\n${talliedFrom(lastOf(steps), options.preset, rules)}`;
}

/**
 * Each step is a table made of the one before. No WITH is before the first: a table of somebody's may be called as one of ours.
 *
 * @param carried what else the first takes of the events.
 */
function tables(steps: readonly Step[], carried: readonly string[], { from }: QueryOptions, dialect: Dialect): string {
  const printer = printerOf(dialect);
  const all = steps.map((step, at) => {
    const before = steps[at - 1]?.name;
    return before === undefined
      ? table(printedStep(step, printer), `${from} AS ${LOG}`, carried)
      : table(printedStep(step, printer), before, ['*']);
  });
  return `WITH\n  ${all.join(',\n  ')}`;
}

function lastOf(steps: readonly Step[]): string {
  return steps.at(-1)?.name ?? '';
}

function table({ name: step, columns }: SqlStep, from: string, before: readonly string[]): string {
  const all = [...before, ...columns.map(([as, value]) => `${value} AS ${as}`)];
  return `${step} AS (\n    SELECT\n      ${all.join(',\n      ')}\n    FROM ${from}\n  )`;
}

/** Without WHERE: ClickHouse would take long to plan what it could do earlier. */
function talliedFrom(last: string, { columns }: Preset, rules: string): string {
  const bytes = columns.line ? [', COALESCE(bytes_, 0) AS bytes', ', SUM(size_) AS bytes_'] : ['', ''];
  const sumOf = (none: string): string => `SUM(CASE WHEN ${none} THEN 0 ELSE 1 END)`;
  return [
    'SELECT number_ AS rule, place_ AS line, of_level_ AS level,',
    `  COALESCE(decided_, 0) AS decided, COALESCE(events_, 0) AS events${bytes[0] ?? ''}`,
    `FROM (\n${rules}\n) AS rules`,
    'LEFT JOIN (',
    `  SELECT rule_, ${sumOf("stage_ = ''")} AS decided_, ${sumOf("wanted_ = 'None'")} AS events_${bytes[1] ?? ''}`,
    `  FROM ${last}`,
    '  GROUP BY rule_',
    ') AS tally ON rule_ = number_',
    'ORDER BY number_',
  ].join('\n');
}

/** Gives the rows of the events as they are, whatever their columns are called. */
function filtered(steps: readonly Step[], options: QueryOptions, dialect: Dialect): string {
  const { rows } = dialect;
  if (!('take' in rows)) return filteredBeside(steps, rows, options, dialect);
  const condition = printed(IS_WANTED, printerOf(dialect), 0);
  return `${tables(steps, [rows.take(LOG)], options, dialect)}\nSELECT ${rows.give}\nFROM ${lastOf(steps)}\nWHERE ${condition}`;
}

const IS_WANTED: Expression = isNot(name('wanted_'), text('None'));

function filteredBeside(
  steps: readonly Step[],
  { column, only }: RowsBeside,
  { from }: QueryOptions,
  dialect: Dialect,
): string {
  const places = new Map(steps.flatMap((step) => step.columns.map(([own]) => [own, column(step.name, own)] as const)));
  const printer: Printer = { ...printerOf(dialect), name: (own) => places.get(own) ?? own };
  const all = steps.map((step) => printedStep(step, printer));
  return `SELECT ${LOG}.*\nFROM ${from} AS ${LOG}\n${only(all, printed(IS_WANTED, printer, 0))}`;
}

function head(policy: Policy, { policyName, preset, isFilter }: QueryOptions, dialect: Dialect): string {
  const hasLine = preset.columns.line !== undefined;
  const isManaged = managedOf(policy) !== undefined;
  const rows = [
    `The audit policy ${safe(policyName)} as SQL of ${dialect.title}.`,
    isFilter
      ? 'It gives the events that the policy keeps, as they were recorded: bodies are still in them.'
      : `Per rule: the events it decides and keeps${hasLine ? ', and the bytes of their lines with the line feed' : ''}. Rule 0 is no rule.`,
    ...(isFilter ? [] : ['Where no rule decides any event, the events are in another column: --preset, --columns.']),
    ...(dialect.ran === undefined
      ? ['This dialect was parsed, not run.', 'Compare a day of it with `kops-audit policy replay` first.']
      : [
          `Queries like it were run on ${dialect.title} ${dialect.ran}.`,
          'They give what `kops-audit policy replay` gives.',
        ]),
    ...(hasLine && !isFilter
      ? [
          'Bytes are exact for lines as kube-apiserver writes them. Events recorded below the level of a rule count as they are: a lower bound.',
          ...(isManaged
            ? [
                'Bytes without managed fields are worked out from JSON: what it says in unusual escapes may be a few bytes off.',
              ]
            : []),
        ]
      : []),
    ...(hasLine || isFilter ? [] : ['There is no column with the whole line, so that bytes are not known.']),
  ];
  return rows
    .flatMap((row) => wrapped(row))
    .map((line) => `-- ${line}`)
    .join('\n');
}

/** A name of somebody's cannot end the comment. */
function safe(value: string): string {
  return value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

const WIDTH = 76;

function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
