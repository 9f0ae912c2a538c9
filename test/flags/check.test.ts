import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { checkValue, refuseClashes } from '../../src/flags/check.ts';
import { CLASHES, WORDS } from '../../src/flags/clashes.ts';
import { flagsOf, keyOf } from '../../src/flags/table.ts';

/** What a command is given where one types this: `-f -`, `--no-log`. */
function typed(command: string, written: string): object {
  const [name, value] = written.split(' ');
  const flag = flagsOf(command).find((each) => each.name === name || each.short === name);
  if (!flag) return {};
  if (flag.name.startsWith('--no-')) return { [keyOf(flag)]: false };
  const given = value ?? flag.choices?.[0] ?? 'x';
  return { [keyOf(flag)]: flag.value === undefined ? true : flag.repeats ? [given] : given };
}

const ROWS = Object.entries(CLASHES).flatMap(([command, rows]) => rows.map((row) => ({ command, ...row })));

describe('the table of clashes', () => {
  it('names flags that the commands have, but for what some of those that change a spec lack', () => {
    const unknown = ROWS.flatMap(({ command, flags, needs = [], not = [] }) =>
      [...flags, ...needs, ...not]
        .filter((written) => written !== WORDS && Object.keys(typed(command, written)).length === 0)
        .map((written) => `${command} ${written}`),
    );
    expect(unknown).toEqual(Array.from({ length: 4 }, () => 'apply --save-plan'));
    expect(Object.keys(CLASHES).filter((command) => !COMMANDS.some(({ name }) => name === command))).toEqual([]);
  });

  const clashing = ROWS.filter(({ command, flags: [flag = ''] }) => Object.keys(typed(command, flag)).length > 0);
  it.each(clashing)('$command: $flags needs $needs, not $not', ({ command, flags: [flag = ''], needs, not }) => {
    const one = typed(command, flag);
    for (const other of not ?? ['']) {
      const words = other === WORDS ? ['w'] : [];
      expect(() => refuseClashes(command, { ...typed(command, other), ...one }, words)).toThrow(/^-/);
    }
    const had = (needs ?? []).map((each) => typed(command, each)).filter((each) => Object.keys(each).length > 0);
    for (const more of had) expect(() => refuseClashes(command, { ...one, ...more }, ['w'])).not.toThrow();
  });

  it('lets pass what a command has by default', () => {
    for (const { name } of COMMANDS) {
      const defaults = flagsOf(name).map((flag) => [
        keyOf(flag),
        flag.repeats ? [] : (flag.default ?? (flag.name.startsWith('--no-') ? true : undefined)),
      ]);
      expect(() => refuseClashes(name, Object.fromEntries(defaults))).not.toThrow();
    }
  });
});

describe('refuseClashes', () => {
  it('says which flag does not go with which, and what would be right', () => {
    const wrong = (): void => refuseClashes('policy explain', { policy: 'gce', cluster: 'c' });
    expect(wrong).toThrow('--policy does not go with --cluster');
    expect(() => refuseClashes('lint', { cluster: 'c' }, ['a.yaml'])).toThrow('--cluster does not go with a.yaml');
    expect(() => refuseClashes('enable', { out: 'tf' })).toThrow('--out goes with --target terraform');
    expect(() => refuseClashes('enable', { out: 'tf', target: 'terraform' })).not.toThrow();
  });

  it('names all that are misplaced in the same way', () => {
    expect(() => refuseClashes('enable', { state: 's3://x', rollingUpdate: true, update: false, file: 'f' })).toThrow(
      '--state, --rolling-update, --no-update go with a live cluster, not with -f',
    );
    expect(() => refuseClashes('status', { all: true, context: 'a', watch: '5s' })).toThrow(
      '--context, --watch go with --live',
    );
  });

  it.each([
    ['lint', {}, ['-', '-']],
    ['policy diff', { file: '-' }, ['-']],
    ['policy explain', { policy: '-', requests: '-' }, []],
    ['policy test', {}, ['-', 'a', '-']],
    ['policy replay', { policy: ['kops', '-'] }, ['-']],
  ])('refuses stdin where %s is to read it twice', (command, flags, words) => {
    expect(() => refuseClashes(command, flags, words)).toThrow('stdin can be read only once');
  });
});

describe('checkValue', () => {
  const choice = { name: '--output', value: 'format', choices: ['text', 'json'], help: '' };

  it('takes what is among the choices, and says them of what is not', () => {
    expect(() => checkValue(choice, 'json')).not.toThrow();
    expect(() => checkValue(choice, 'constructor')).toThrow('--output constructor is not known');
  });

  it('refuses what is no count', () => {
    const age = { name: '--log-max-age', value: 'days', takes: 'count', unit: 'days', help: '' } as const;
    expect(() => checkValue(age, '0')).not.toThrow();
    for (const text of ['ten', '-1', '1.5', '99999999999'])
      expect(() => checkValue(age, text)).toThrow(`--log-max-age ${text} is not a number of days`);
  });

  it('refuses what is empty, for any flag', () => {
    expect(() => checkValue(choice, '')).toThrow('--output is empty');
    expect(() => checkValue({ name: '--to', value: 'time', help: '' }, '')).toThrow('--to is empty');
  });
});
