import { describe, expect, it } from 'vitest';
import { lastError, logText, oneLine, retryText, withoutControls, withoutLogging } from '../../src/kops/output.ts';

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

  it('sees kops trying again', () => {
    const line = 'error running task "Network/x" (9m59s remaining to succeed): dial tcp: no route';
    expect(retryText(line)).toBe('kops is trying again for 9m59s: dial tcp: no route');
    expect(retryText('Tasks: 0 done / 33 total; 25 can run')).toBeUndefined();
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
