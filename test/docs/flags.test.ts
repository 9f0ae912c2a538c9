import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { type Flag, flagsOf } from '../../src/flags/table.ts';
import { ROOT } from './markdown.ts';

const HEAD = `# All flags

Each flag of each command, as \`--help\` shows them. Where a flag says something
else for some commands, it has a row for each.

`;

/** Rows: the flag, the commands, the text. Commands for which it says the same share a row. */
function rows(): string[] {
  const found = new Map<string, { flag: Flag; commands: string[] }>();
  for (const { name, isHidden } of COMMANDS) {
    for (const flag of isHidden ? [] : flagsOf(name)) {
      const key = `${flag.name} ${flag.help}`;
      const known = found.get(key) ?? { flag, commands: [] };
      found.set(key, { flag, commands: [...known.commands, name] });
    }
  }
  const sorted = [...found.values()].toSorted((a, b) => a.flag.name.localeCompare(b.flag.name, 'en'));
  return sorted.map(
    ({ flag, commands }) => `| ${[`\`${written(flag)}\``, commands.join(', '), text(flag)].join(' | ')} |`,
  );
}

function written({ name, short, value }: Flag): string {
  const names = short === undefined ? name : `${short}, ${name}`;
  return value === undefined ? names : `${names} <${value.replaceAll('|', '\\|')}>`;
}

function text({ help, default: value }: Flag): string {
  return [help.replaceAll('|', '\\|'), ...(value === undefined ? [] : [`default: ${value}`])].join('; ');
}

// Written anew with `npx vitest run --project unit test/docs/flags.test.ts -u`.
it('docs/flags.md is what the table says', async () => {
  const page = `${HEAD}| flag | of | what |\n|---|---|---|\n${rows().join('\n')}\n`;
  await expect(page).toMatchFileSnapshot(join(ROOT, 'docs/flags.md'));
});
