import { describe, expect, it } from 'vitest';
import { readCommandLine, shellWords } from '../../src/kubeadm/command-line.ts';

const place = { start: 0, end: 0, pointer: '' };

function read(...words: string[]): { flags: [string, string | null][]; words: string[] } {
  const line = readCommandLine(words.map((text) => ({ text, place })));
  return { flags: line.flags.map(({ name, value }) => [name, value]), words: line.words.map(({ text }) => text) };
}

describe('a command line', () => {
  it.each<[string, string[], [string, string | null][], string[]]>([
    ['a value behind =', ['--audit-log-path=/a=b'], [['audit-log-path', '/a=b']], []],
    ['a value in the next word', ['--audit-log-path', '/a'], [['audit-log-path', '/a']], []],
    ['a value that looks like a flag', ['--audit-log-path', '--v=2'], [['audit-log-path', '--v=2']], []],
    ['the standard output', ['--audit-log-path', '-'], [['audit-log-path', '-']], []],
    [
      'a flag without a value',
      ['--audit-log-compress', '--v=2'],
      [
        ['audit-log-compress', 'true'],
        ['v', '2'],
      ],
      [],
    ],
    ['no word for a flag without one', ['--allow-privileged', 'true'], [['allow-privileged', 'true']], ['true']],
    ['nothing where a value is missing', ['--audit-log-path'], [['audit-log-path', null]], []],
    ['no flags behind --', ['--v=2', '--', '--audit-log-path=/a'], [['v', '2']], ['--audit-log-path=/a']],
  ])('has %s', (_, words, flags, others) => {
    expect(read(...words)).toEqual({ flags, words: others });
  });

  it('of a shell is its words', () => {
    const text = 'exec /usr/local/bin/kube-apiserver --audit-log-path="/a b" \\\n  --v=2 2>&1';
    expect(shellWords({ text, place }).map((word) => word.text)).toEqual([
      'exec',
      '/usr/local/bin/kube-apiserver',
      '--audit-log-path=/a b',
      '--v=2',
      '2',
      '1',
    ]);
  });
});
