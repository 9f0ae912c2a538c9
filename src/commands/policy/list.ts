import { safeJson, type Style, wrap } from '../../report/text.ts';
import { readTemplate, type Template, type Parameter } from '../../policy/render/template.ts';
import type { Context } from '../../context.ts';
import { readTemplates } from '../../input/templates.ts';

/** `policy list`: the templates, with what each keeps of the two genuine logs. */
export async function policyList(flags: { output: 'text' | 'json' }, { io }: Context): Promise<number> {
  const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));
  if (flags.output === 'json') await io.stdout(safeJson({ kind: 'PolicyList', formatVersion: 1, policies: templates }));
  else await io.stdout(listView(templates, io.stdoutStyle));
  return 0;
}

function listView(templates: readonly Template[], style: Style): string {
  const blocks = templates.map((template) => templateView(template, style));
  const legend = wrap(
    'Shares: what is kept of genuine audit logs, against the policy metadata. Parameters are set with --set NAME=VALUE.',
    78,
  );
  return `${blocks.join('\n\n')}\n\n${style.dim(legend)}\n`;
}

function templateView({ name, title, summary, shares, parameters }: Template, style: Style): string {
  const text = wrap(`${title} ${summary}`.trim(), 66);
  const share = shares.map(
    ({ log, events, bytes }) => `${log}: ${events.toFixed(0)} % of events, ${bytes.toFixed(0)} % of bytes`,
  );
  const set = parameters.map(({ name: parameter, default: value }) => `--set ${parameter}=${String(value)}`);
  const lines = [...text.split('\n'), ...share, ...set.map((line) => style.dim(line))];
  return lines.map((line, index) => `${style.bold((index === 0 ? name : '').padEnd(10))}${line}`.trimEnd()).join('\n');
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
