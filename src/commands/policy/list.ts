import { costText } from '../../report/cost.ts';
import { safeJson, type Style, wrap } from '../../report/text.ts';
import { readTemplate, type Template, type Parameter } from '../../policy/render/template.ts';
import type { Context } from '../../context.ts';
import { readTemplates } from '../../input/templates.ts';

/** `policy list`: the templates, with what each keeps of the two genuine logs. */
export async function policyList(flags: { output: 'text' | 'json' }, { io }: Context): Promise<number> {
  const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));
  if (flags.output === 'json') await io.stdout(safeJson({ kind: 'PolicyList', formatVersion: 1, policies: templates }));
  else await io.stdout(listView(templates, io.stdoutStyle, Math.min(io.columns, MOST_COLUMNS)));
  return 0;
}

const MOST_COLUMNS = 100;

function listView(templates: readonly Template[], style: Style, columns: number): string {
  const blocks = templates.map((template) => templateView(template, style, columns));
  const legend = wrap(
    'How much each writes was measured in bytes on two genuine audit logs. Parameters are set with --set NAME=VALUE; `policy show --help` says what each is.',
    columns,
  );
  return `${blocks.join('\n\n')}\n\n${style.dim(legend)}\n`;
}

const NAME_WIDTH = 10;

function templateView({ name, title, summary, shares, parameters }: Template, style: Style, columns: number): string {
  const cost = costText(shares, name);
  const set = `Parameters: ${parameters.map((parameter) => parameter.name).join(', ')}`;
  const lines = [
    `${title} ${summary}`.trim(),
    ...(cost === '' ? [] : [cost]),
    ...(parameters.length > 0 ? [set] : []),
  ].flatMap((text) => wrap(text, columns - NAME_WIDTH).split('\n'));
  return lines
    .map((line, at) => `${style.bold((at === 0 ? name : '').padEnd(NAME_WIDTH))}${line}`.trimEnd())
    .join('\n');
}

/** The parameters of each template as a section of a help text. */
export function parameterHelp(columns: number): string {
  const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));
  const lines = templates.flatMap(({ name, parameters }) => [
    `  ${name}`,
    ...parameters.flatMap((parameter) => parameterLines(parameter, columns)),
  ]);
  return ['Parameters:', ...lines].join('\n');
}

function parameterLines({ name, description, allowed, default: value }: Parameter, columns: number): string[] {
  const choice = allowed ? ` (${allowed.join(', ')})` : '';
  const unsaid = Array.isArray(value) ? value.join(', ') : String(value);
  const text = wrap(`${description}${choice}; default: ${unsaid}`, columns - 8);
  return [`    ${name}`, ...text.split('\n').map((line) => `        ${line}`)];
}
