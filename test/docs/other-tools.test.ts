import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bullets, EVIDENCE, toolMarkdown } from '../../src/report/tool-settings.ts';
import { wrap } from '../../src/report/text.ts';
import { type Tool, toolSettings, type ToolSettings } from '../../src/tools/tool.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { request } from '../tools/requests.ts';
import { readPage, ROOT } from './markdown.ts';

const LANGUAGE = { yaml: 'yaml', shell: 'sh', arguments: 'text' } as const;

/** What the oldest and the newest known release take, where that is something else. */
function otherForms(tool: Tool, made: ToolSettings): string {
  const found = [tool.versions.oldest, tool.versions.newest].map((toolVersion) => ({
    toolVersion,
    settings: toolSettings(tool, request('metadata', { toolVersion })).settings,
  }));
  return found
    .filter(({ settings }) => settings.text !== made.settings.text)
    .map(
      ({ toolVersion, settings: { form, text } }) =>
        `## The settings with --tool-version ${toolVersion}\n\n\`\`\`${LANGUAGE[form]}\n${text}\`\`\`\n`,
    )
    .join('\n');
}

/** Traps that these settings do not fall into. */
function otherTraps(tool: Tool, made: ToolSettings): string {
  const others = tool.traps.filter(({ id }) => !made.traps.some((trap) => trap.id === id));
  if (others.length === 0) return '';
  return `## With other releases or flags\n\n${bullets(others.map(({ says }) => says))}`;
}

function pageOf(tool: Tool): string {
  const made = toolSettings(tool, request('metadata'));
  const known = tool.sources.map(({ what, how, from }) => `${what}: ${EVIDENCE[how]}. ${from}`);
  const prints = `\`kops-audit policy show metadata --for ${tool.name}\` prints what this page says${tool.cannot ? '' : `, for ${made.versions}`}.`;
  const head = `# Audit logging with ${tool.title}\n\n${wrap(`${prints} [Other cluster tools](../other-tools.md) has the flags.`, 80)}\n`;
  return [
    head,
    toolMarkdown(made, { from: 'stdout' }),
    otherForms(tool, made),
    otherTraps(tool, made),
    `## How this is known\n\n${bullets(known)}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

describe('the pages of other cluster tools', () => {
  // Written anew with `npx vitest run --project unit test/docs/other-tools.test.ts -u`.
  it.each(TOOLS)('$name: the page is what the table says', async (tool) => {
    await expect(pageOf(tool)).toMatchFileSnapshot(join(ROOT, `docs/other-tools/${tool.name}.md`));
  });

  it('are linked from the page that introduces them, with whether they take a policy', () => {
    const page = readPage('docs/other-tools.md');
    const missing = TOOLS.filter(({ name, title }) => !page.includes(`[${title}](other-tools/${name}.md)`));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
