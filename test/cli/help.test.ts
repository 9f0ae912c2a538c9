import { describe, expect, it } from 'vitest';
import { type CommandRow, COMMANDS, ROOT } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/declare.ts';
import { helpText } from '../../src/cli/help.ts';
import { flagsOf } from '../../src/flags/table.ts';
import { plainStyle } from '../../src/report/text.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT as FOLDER } from '../docs/markdown.ts';

const SHOWN: readonly CommandRow[] = [ROOT, ...COMMANDS.filter(({ isHidden }) => !isHidden)];

function help(row: CommandRow, columns = 80, style = plainStyle): Promise<string> {
  return helpText(row, { columns, style, folder: '/opt/kops-audit' });
}

/** What a command line shows the help of. */
async function shownBy(line: string): Promise<string | undefined> {
  const wanted = await runCommandLine(line.split(' '), async () => {
    throw new Error('it ran');
  });
  return wanted?.row.name;
}

/** The words of a text, whatever stands where. */
function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '\\' && word !== '#');
}

describe('the help text', () => {
  describe.each(SHOWN)('of kops-audit $name', (row) => {
    it.each([40, 60, 80, 120])('has no line wider than %i columns, and breaks no word', async (columns) => {
      const text = await help(row, columns);
      // One word has no place to break it.
      const wide = text.split('\n').filter((line) => line.length > columns && line.trim().includes(' '));
      expect(wide).toEqual([]);
      expect(wordsOf(text).toSorted()).toEqual(wordsOf(await help(row, 1000)).toSorted());
    });

    it('has three examples, exit statuses where it can fail, and a page that is in the package', async () => {
      const text = await help(row);
      expect(row.examples.length).toBeGreaterThanOrEqual(3);
      expect(row.examples.map(([line]) => line).join('\n')).toContain(`kops-audit ${row.name}`.trim());
      for (const [line] of row.examples) expect(wordsOf(text)).toEqual(expect.arrayContaining(wordsOf(line)));
      for (const [status] of row.exit) expect(text).toMatch(new RegExp(`^  ${status} `, 'm'));
      expect(text).toContain(`More: ${row.page} in /opt/kops-audit`);
      expect(existsSync(join(FOLDER, row.page))).toBe(true);
    });

    it('says every flag', async () => {
      const text = await help(row);
      for (const flag of flagsOf(row.name)) expect(text).toMatch(new RegExp(`^  (-\\w, )?${flag.name}\\b`, 'm'));
    });
  });

  it.each(['enable', 'disable', 'rollback', 'apply'])('says of kops-audit %s when it ends with 1', async (name) => {
    const text = await help(SHOWN.find((row) => row.name === name) ?? ROOT);
    expect(text).toContain('  1    only with --dry-run --exit-code: something would change\n');
  });

  it('lists each command once, by what it is for', async () => {
    const text = await help(ROOT);
    expect([...text.matchAll(/^(\w+):$/gm)].map(([, heading]) => heading)).toEqual(
      expect.arrayContaining(['Change', 'Look', 'Logs', 'Policies', 'More']),
    );
    const own = SHOWN.filter(({ name }) => name !== '' && !name.includes(' '));
    for (const { name } of own) expect(text.match(new RegExp(`^  ${name} `, 'gm'))).toHaveLength(1);
    for (const { name } of SHOWN.filter((row) => row.name.startsWith('policy ')))
      expect(await help(COMMANDS.find((row) => row.name === 'policy') ?? ROOT)).toMatch(
        new RegExp(`^  ${name.slice('policy '.length)} `, 'm'),
      );
  });

  it('marks headings and nothing else', async () => {
    const style = { ...plainStyle, bold: (text: string) => `*${text}*` };
    const text = await help(ROOT, 80, style);
    expect(text.startsWith('*Usage*: kops-audit')).toBe(true);
    expect([...text.matchAll(/\*([^*]+)\*/g)].map(([, marked]) => marked)).toEqual([
      'Usage',
      'Change',
      'Look',
      'Logs',
      'Policies',
      'More',
      'Flags',
      'Examples',
      'Exit status',
      'More',
    ]);
  });

  it('breaks a long pipe behind its pipes', async () => {
    const enable = COMMANDS.find(({ name }) => name === 'enable') ?? ROOT;
    expect(await help(enable)).toContain(
      '  kops get cluster prod.example.com -o yaml |\n    kops-audit enable -f - |\n    kops replace -f -\n',
    );
  });
});

describe('help is shown', () => {
  it.each([
    ['--help', ''],
    ['help', ''],
    ['-h', ''],
    ['help enable', 'enable'],
    ['enable --help', 'enable'],
    ['enable x --dry-run -h', 'enable'],
    ['help policy', 'policy'],
    ['help policy explain', 'policy explain'],
    ['policy help explain', 'policy explain'],
    ['policy explain --help', 'policy explain'],
    ['policy', 'policy'],
    ['history help', 'history'],
    ['help history show', 'history show'],
  ])('by kops-audit %s', async (line, name) => {
    expect(await shownBy(line)).toBe(name);
  });

  it('as a mistake where a command is missing', async () => {
    const run = async (): Promise<void> => {};
    expect(await runCommandLine([], run)).toMatchObject({ row: { name: '' }, isAsked: false });
    expect(await runCommandLine(['policy'], run)).toMatchObject({ row: { name: 'policy' }, isAsked: false });
    expect(await runCommandLine(['policy', '--help'], run)).toMatchObject({ isAsked: true });
    expect(await runCommandLine(['status', '--all'], run)).toBeNull();
  });

  it('not for what is no command', async () => {
    await expect(shownBy('help enabel')).rejects.toMatchObject({
      hint: 'Did you mean enable? See `kops-audit --help`.',
    });
    await expect(shownBy('policy expalin --help')).rejects.toMatchObject({
      hint: 'Did you mean explain? See `kops-audit policy --help`.',
    });
  });
});
