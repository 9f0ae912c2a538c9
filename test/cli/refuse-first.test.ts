import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { UserError } from '../../src/errors.ts';
import { CLASHES, WORDS } from '../../src/flags/clashes.ts';
import { type Flag, flagsOf, type Takes } from '../../src/flags/table.ts';
import { declared } from './declared.ts';

/** What no flag of the kind can be. */
const WRONG: Partial<Record<Takes, string>> = {
  count: 'ten',
  parameter: 'readsLevel',
  wait: 'soon',
  duration: '1 day',
  percent: '101',
  pattern: '(',
  kubernetes: 'newest',
  kops: '1.18.0',
};

interface Row {
  line: string;
  words: readonly string[];
}

/** Every flag of every command with a value that it cannot have. */
const MISREAD: readonly Row[] = COMMANDS.flatMap(({ name, arguments: places = [] }) => {
  const needed = places.filter((place) => place.name.startsWith('<')).map(() => 'x');
  return flagsOf(name).flatMap((flag): Row[] => {
    const wrong = flag.choices ? 'valueOf' : flag.takes && WRONG[flag.takes];
    return wrong === undefined ? [] : [rowOf([...name.split(' '), ...needed, flag.name, wrong])];
  });
});

/** Every row of the table of clashes, as one would type it. */
const CLASHING: readonly Row[] = Object.entries(CLASHES).flatMap(([name, rows]) =>
  rows.flatMap(({ flags: [flag = ''], needs, not = [] }) => {
    const [missing, others] = needs ? [needs[0] !== WORDS, [[]]] : [true, not.map((other) => typed(name, other))];
    const own = typed(name, flag);
    return own === null || !missing
      ? []
      : others.flatMap((other) =>
          other === null ? [] : [rowOf([...name.split(' '), ...needed(name), ...own, ...other])],
        );
  }),
);

function rowOf(words: readonly string[]): Row {
  return { line: words.join(' '), words };
}

function needed(command: string): string[] {
  const places = COMMANDS.find(({ name }) => name === command)?.arguments ?? [];
  return places.filter(({ name }) => name.startsWith('<')).map(() => 'x');
}

/** The words for a flag of the table of clashes; null where the command has none of that name. */
function typed(command: string, written: string): string[] | null {
  if (written === WORDS) return ['w'];
  const [name = '', value] = written.split(' ');
  const flag = flagsOf(command).find((each) => each.name === name || each.short === name);
  if (!flag) return null;
  return flag.value === undefined ? [name] : [name, value ?? rightFor(flag)];
}

function rightFor({ choices, takes }: Flag): string {
  const right: Partial<Record<Takes, string>> = {
    wait: '5s',
    kops: '1.32.0',
    percent: '80',
    pattern: 'a',
    parameter: 'a=b',
  };
  return choices?.[0] ?? (takes && right[takes]) ?? '7';
}

describe('what is wrong with a command line', () => {
  it('is looked for in every command that takes such a value', () => {
    expect(MISREAD.length).toBeGreaterThan(50);
    expect(CLASHING.length).toBeGreaterThan(50);
  });

  it.each([...MISREAD, ...CLASHING])('is told before anything is loaded: $line', async ({ words }) => {
    const { root, started } = declared();
    await expect(root.parseAsync(['node', 'kops-audit', ...words])).rejects.toThrow(UserError);
    expect(started).toEqual([]);
  });

  it('lets what is right through to its command', async () => {
    const { root, started } = declared();
    await root.parseAsync(
      'node kops-audit status --cluster x --timeout 5s --kops-version 1.32 -f c --parallel 64'.split(' '),
    );
    expect(started).toEqual(['status']);
  });
});
