import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, lastError, logText, oneLine, withoutControls, withoutLogging } from '../../src/process/words.ts';
import { runs } from '../helpers/runs.ts';

const LOG = 'W1123 06:53:13.892795   20043 factory.go:152] ';

describe('reading stderr', () => {
  it('tells logging from talk', () => {
    expect(logText(`${LOG}The local filesystem`)).toBe('The local filesystem');
    expect(logText('Error: W1123')).toBeUndefined();
    expect(withoutLogging(`${LOG}one\nError: two\n${LOG}three\n`)).toBe('Error: two');
  });

  it.each([
    ['one line', 'Error: cluster not found "x"', 'cluster not found "x"'],
    [
      'several lines',
      'Error: State Store: Required value.\nFor example, s3.\n',
      'State Store: Required value. For example, s3.',
    ],
    ['the usage after it', 'Error: unknown flag: --short\nUsage:\n  kops version [flags]\n', 'unknown flag: --short'],
    ['the last of two', 'Error: one\nError: two', 'two'],
    ['kops up to 1.21', '\ncluster not found "x"\n', 'cluster not found "x"'],
    ['a panic', 'panic: nil map\n\ngoroutine 1 [running]:\nmain.main()', 'panic: nil map'],
    ['nothing', '', ''],
  ])('finds the error: %s', (_, stderr, error) => {
    expect(lastError(stderr)).toBe(error);
  });
});

describe('control characters', () => {
  it('are replaced, tabs and line ends are kept', () => {
    expect(withoutControls('a\tb\r\n\u001b[2J\u009bc\u202ed\re')).toBe('a\tb\n�[2J�c�d�e');
  });

  it('leave one line of bounded length', () => {
    expect(oneLine(' a\n b\u0007 ')).toBe('a b�');
    expect(oneLine('x'.repeat(5000))).toHaveLength(1001);
  });
});

describe('commandLine', () => {
  it('never holds a raw control character', () => {
    expect(commandLine('kops', ["\u001b[31m'\\\n"])).toBe(String.raw`kops $'\u001b[31m\'\\\u000a'`);
  });

  it('is read by a shell as the words that went in', () => {
    const words = fc.array(
      fc.string({
        unit: fc.constantFrom('a', ' ', "'", '"', '$', '\\', '`', '*', '~', '!', 'é', '\n', '\t', '\u0007'),
      }),
      { minLength: 1, maxLength: 4 },
    );
    // One shell for all of them: to start one is what takes time.
    const lists = fc.sample(words, runs(100, 1000));
    const script = lists.map((list) => commandLine('printf', ['%s\\0', ...list, 'end'])).join('\n');
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const printed = execFileSync('bash', ['-s'], { encoding: 'utf8', env, input: script });
    expect(printed.split('end\0').slice(0, -1)).toEqual(lists.map((list) => list.map((word) => `${word}\0`).join('')));
  });
});
