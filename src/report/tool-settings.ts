import type { Evidence, Step, ToolSettings } from '../tools/tool.ts';
import { indented, type Style, wrap } from './text.ts';

/** How each kind of evidence is called. */
export const EVIDENCE: Readonly<Record<Evidence, string>> = {
  run: 'run',
  read: 'read in the source',
  docs: "in the tool's documentation",
  unconfirmed: 'not confirmed',
};

/** What a person needs who pastes the settings: where each file goes, what applies it, how to see that it works, what goes wrong. */
export function toolText(settings: ToolSettings, { style, columns }: { style: Style; columns: number }): string {
  const list = (text: string): string[] => indented(text, '  ', columns);
  const sections: [string, string[]][] = [
    ['What cannot be had', settings.cannot.flatMap((text) => list(text))],
    ['Files', filesOf(settings).flatMap((text) => list(text))],
    [settings.isPossible ? 'Apply' : 'Switch it on', settings.apply.flatMap((step) => stepLines(step, columns))],
    ['Verify', settings.verify.flatMap((step) => stepLines(step, columns))],
    ['What goes wrong', settings.traps.flatMap(({ says, how }) => list(`- ${says}${doubt(how)}`))],
  ];
  const head = wrap(headline(settings), columns);
  return [`${style.bold(head)}\n`, ...sections.filter(([, lines]) => lines.length > 0).map(section(style))].join('\n');
}

function section(style: Style): (section: [string, string[]]) => string {
  return ([title, lines]) => `${style.bold(title)}\n${lines.join('\n')}\n`;
}

function headline({ title, versions, isPossible }: ToolSettings): string {
  return isPossible ? `${title}: settings for ${versions}` : `${title} takes no audit policy`;
}

function doubt(how: Evidence): string {
  return how === 'unconfirmed' ? ' (Not confirmed.)' : '';
}

/** Where each file goes, with what makes it. */
function filesOf({ goes, policy, settings, webhook }: ToolSettings): string[] {
  const from = (file: string): string => {
    if (file === settings.file) return ' (stdout)';
    if (file === webhook?.file) return webhook.source === '-' ? ' (from stdin)' : ` (${webhook.source})`;
    if (!policy.isFile) return '';
    return policy.command === null
      ? ' (from stdin; --out writes it as it must be)'
      : ` (\`${policy.command} > ${file}\`)`;
  };
  return goes.map(({ file, to }) => `${file} → ${to}${from(file)}`);
}

function stepLines({ says, commands }: Step, columns: number): string[] {
  return [...indented(says, '  ', columns), ...commands.map((command) => `    ${command}`)];
}

/** The same as a page: the README beside the files, and the body of the page in the documentation. */
export function toolMarkdown(settings: ToolSettings, { from }: { from: 'files' | 'stdout' }): string {
  const { settings: own, traps, cannot } = settings;
  const language = { yaml: 'yaml', shell: 'sh', arguments: 'text' }[own.form];
  const shown = from === 'stdout' ? `\n\`\`\`${language}\n${own.text}\`\`\`\n` : '';
  return [
    ...(cannot.length === 0 ? [] : [`## What cannot be had\n\n${bullets(cannot)}`]),
    ...(from === 'stdout' ? [`## The settings\n${shown}`] : []),
    `## Where the files go\n\n${bullets(settings.goes.map(({ file, to }) => `\`${file}\`: ${to}`))}`,
    `## ${settings.isPossible ? 'Apply' : 'Switch it on'}\n\n${steps(settings.apply)}`,
    `## Verify\n\n${steps(settings.verify)}`,
    `## What goes wrong\n\n${bullets(traps.map(({ says, how }) => `${says} (${sentence(EVIDENCE[how])})`))}`,
  ].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A list whose lines are no longer than 80 characters, and what is typed never broken. */
export function bullets(texts: readonly string[]): string {
  return texts.map((text) => `${indented(`- ${text}`, '', 80).join('\n')}\n`).join('');
}

function steps(all: readonly Step[]): string {
  return all
    .map(({ says, commands }) => {
      const block = commands.length === 0 ? '' : `\n\`\`\`sh\n${commands.join('\n')}\n\`\`\`\n`;
      return `${wrap(says, 80)}\n${block}`;
    })
    .join('\n');
}

/** For programs: `formatVersion` grows when a field changes its meaning or goes. The text of a webhook's config is never in it. */
export function toolJson(made: ToolSettings): object {
  const { settings, policy, ...others } = made;
  const { isFile, ...shown } = policy;
  return { kind: 'ToolSettings', formatVersion: 1, ...others, settings, policy: { ...shown, isInSettings: !isFile } };
}
