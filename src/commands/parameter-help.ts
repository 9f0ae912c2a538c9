import { readTemplate } from '../policy/render/template.ts';
import type { Parameter } from '../policy/render/parameter.ts';
import { wrap } from '../report/wrap.ts';
import { readTemplates } from '../input/templates.ts';

/** The parameters of each template as a section of a help text, with a line feed before and after. */
export function parameterHelp(): string {
  const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));
  const lines = templates.flatMap(({ name, parameters }) => [`  ${name}`, ...parameters.flatMap(parameterLines)]);
  return `\nParameters of the policies (--set NAME=VALUE, lists with commas):\n${lines.join('\n')}\n`;
}

function parameterLines({ name, description, allowed, default: value }: Parameter): string[] {
  const choice = allowed ? ` (${allowed.join(', ')})` : '';
  const text = `${description}${choice}; default: ${Array.isArray(value) ? value.join(',') : String(value)}`;
  return [
    `    ${name}`,
    ...wrap(text, 70)
      .split('\n')
      .map((line) => `        ${line}`),
  ];
}
