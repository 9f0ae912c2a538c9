import type { Predicate } from './predicate.ts';

/** What a dialect must be able to say, besides what SQL has everywhere. What an argument is stands in the table of `dialects.ts`. */
export type Operation =
  | 'isJson'
  | 'jsonText'
  | 'jsonTexts'
  | 'jsonRaw'
  | 'jsonHas'
  | 'managedBytes'
  | 'split'
  | 'item'
  | 'count'
  | 'before'
  | 'beforeNth'
  | 'afterLast'
  | 'contains'
  | 'startsWith'
  | 'haveAny'
  | 'matches'
  | 'extract'
  | 'replaceAll'
  | 'percentDecode'
  | 'joined'
  | 'bytes';

/** An expression, as a value: a dialect prints it. */
export type Expression =
  | { text: string }
  | { number: number }
  | { texts: readonly string[] }
  /** One of the query's own, which needs no quotes. */
  | { name: string }
  /** A column of the table: its name, and names inside it. */
  | { column: readonly string[] }
  | { call: Operation; of: readonly Expression[] }
  | { infix: '=' | '<>' | '>' | '>=' | '+' | '-'; of: readonly [Expression, Expression] }
  | { of: Expression; in: readonly string[]; isNot?: true }
  | { ruleIn: readonly number[] }
  | { and: readonly Expression[] }
  | { or: readonly Expression[] }
  | { not: Expression }
  | { orElse: readonly [Expression, Expression] }
  | { when: readonly (readonly [Expression, Expression])[]; otherwise: Expression };

export const text = (value: string): Expression => ({ text: value });
export const number = (value: number): Expression => ({ number: value });
export const name = (value: string): Expression => ({ name: value });
export const call = (operation: Operation, ...of: Expression[]): Expression => ({ call: operation, of });
export const and = (...parts: Expression[]): Expression => ({ and: parts });
export const or = (...parts: Expression[]): Expression => ({ or: parts });
export const is = (left: Expression, right: Expression): Expression => ({ infix: '=', of: [left, right] });
export const isNot = (left: Expression, right: Expression): Expression => ({ infix: '<>', of: [left, right] });
export const isMore = (left: Expression, right: Expression): Expression => ({ infix: '>', of: [left, right] });
export const isAtLeast = (left: Expression, right: Expression): Expression => ({ infix: '>=', of: [left, right] });
export const isIn = (of: Expression, ...values: string[]): Expression => ({ of, in: values });
export const plus = (left: Expression, right: Expression): Expression => ({ infix: '+', of: [left, right] });
export const minus = (left: Expression, ...less: Expression[]): Expression =>
  less.reduce((sum, each) => ({ infix: '-', of: [sum, each] }), left);
export const orElse = (first: Expression, second: Expression): Expression => ({ orElse: [first, second] });
/** The value of the first condition that holds. */
export const choose = (when: readonly (readonly [Expression, Expression])[], otherwise: Expression): Expression => ({
  when,
  otherwise,
});

/** The columns that tell what a policy sees of a request. */
const FIELD_COLUMNS = {
  user: 'user_',
  verb: 'verb_',
  namespace: 'namespace_',
  apiGroup: 'api_group_',
  resource: 'resource_',
  subresource: 'subresource_',
  target: 'target_',
  name: 'name_',
  path: 'path_',
} as const;

/** A predicate about a request, as one about the columns that tell of it. */
export function conditionOf(predicate: Predicate): Expression {
  if ('all' in predicate) return { and: predicate.all.map(conditionOf) };
  if ('any' in predicate) return { or: predicate.any.map(conditionOf) };
  if ('groupsHaveAny' in predicate) return call('haveAny', name('groups_'), { texts: predicate.groupsHaveAny });
  if ('is' in predicate) return IS[predicate.is];
  const column = name(FIELD_COLUMNS[predicate.field]);
  return 'in' in predicate ? { of: column, in: predicate.in } : call('startsWith', column, text(predicate.startsWith));
}

const IS: Readonly<Record<'authenticated' | 'resource' | 'path', Expression>> = {
  authenticated: name('has_user_'),
  resource: name('is_resource_'),
  path: { not: name('is_resource_') },
};

/** How a dialect writes an expression. */
export interface Printer {
  text: (value: string) => string;
  name: (own: string) => string;
  column: (path: readonly string[]) => string;
  list: (values: readonly string[]) => string;
  call: (operation: Operation, of: readonly string[]) => string;
}

const WIDE = 100;

/** An expression as SQL; from the second line on each stands behind so many blanks. */
export function printed(expression: Expression, printer: Printer, indent: number): string {
  const of = (inner: Expression, more = 0): string => printed(inner, printer, indent + more);
  const nested = (inner: Expression): string => (isLoose(inner) ? `(${of(inner, 1)})` : of(inner));
  if ('text' in expression) return printer.text(expression.text);
  if ('number' in expression) return String(expression.number);
  if ('texts' in expression) return printer.list(expression.texts.map(printer.text));
  if ('name' in expression) return printer.name(expression.name);
  if ('column' in expression) return printer.column(expression.column);
  if ('call' in expression)
    return printer.call(
      expression.call,
      expression.of.map((each) => of(each)),
    );
  if ('infix' in expression) return expression.of.map(nested).join(` ${expression.infix} `);
  if ('in' in expression) return among(expression, of(expression.of), printer, indent);
  if ('ruleIn' in expression) return `${printer.name('rule_')} IN (${expression.ruleIn.join(', ')})`;
  if ('and' in expression) return joined(expression.and.map(nested), 'AND', indent, 'TRUE');
  if ('or' in expression) return joined(expression.or.map(nested), 'OR', indent, 'FALSE');
  if ('not' in expression) return `NOT ${nested(expression.not)}`;
  if ('orElse' in expression) return `COALESCE(${expression.orElse.map((each) => of(each)).join(', ')})`;
  return cases(expression, printer, indent);
}

function isLoose(expression: Expression): boolean {
  return (
    ('and' in expression && expression.and.length > 1) ||
    ('or' in expression && expression.or.length > 1) ||
    ('infix' in expression && ['+', '-'].includes(expression.infix)) ||
    'when' in expression
  );
}

function among(
  { in: values, isNot: isOut }: { in: readonly string[]; isNot?: true },
  left: string,
  printer: Printer,
  indent: number,
): string {
  const [first, ...others] = values.map(printer.text);
  if (first === undefined) return isOut ? 'TRUE' : 'FALSE';
  if (others.length === 0) return `${left} ${isOut ? '<>' : '='} ${first}`;
  return `${left} ${isOut ? 'NOT IN' : 'IN'} (${folded([first, ...others], indent + 2)})`;
}

/** A list that is too wide for a line goes on on the next. */
function folded(items: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last === undefined || last.length + item.length + indent > WIDE) lines.push(item);
    else lines[lines.length - 1] = `${last}, ${item}`;
  }
  return lines.join(`,\n${' '.repeat(indent)}`);
}

function joined(parts: readonly string[], word: string, indent: number, none: string): string {
  if (parts.length === 0) return none;
  const line = parts.join(` ${word} `);
  return line.length + indent <= WIDE && !line.includes('\n') ? line : parts.join(`\n${' '.repeat(indent)}${word} `);
}

function cases({ when, otherwise }: Extract<Expression, { when: unknown }>, printer: Printer, indent: number): string {
  const pad = `\n${' '.repeat(indent + 2)}`;
  const rows = when.map(
    ([condition, value]) =>
      `WHEN ${printed(condition, printer, indent + 7)}${pad}  THEN ${printed(value, printer, indent + 9)}`,
  );
  return ['CASE', ...rows, `ELSE ${printed(otherwise, printer, indent + 7)}`]
    .join(pad)
    .concat(`\n${' '.repeat(indent)}END`);
}
