import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { flagsOf, type Judged } from '../../src/flags/table.ts';
import { READ } from '../../src/flags/values.ts';

/** Texts, and what each is read as; null: it is refused. */
const CASES: Readonly<Record<Judged, readonly [string, unknown][]>> = {
  wait: [
    ['90s', 90_000],
    ['1m30s', 90_000],
    ['596h', 2_145_600_000],
    ['597h', null],
    ['0s', null],
    ['-1s', null],
    ['5', null],
    ['soon', null],
  ],
  duration: [
    ['10s', 10_000_000_000n],
    ['0', 0n],
    ['-1s', null],
    ['2562048h', null],
  ],
  percent: [
    ['0', 0],
    ['99.5', 99.5],
    ['101', null],
    ['-1', null],
    ['80%', null],
  ],
  pattern: [
    ['^a.*$', /^a.*$/u],
    ['(', null],
  ],
  kubernetes: [
    ['1.32', '1.32.0'],
    ['v1.32.4', '1.32.4'],
    ['newest', null],
  ],
  kops: [
    ['1.19', '1.19.0'],
    ['v1.32.0', '1.32.0'],
    ['1.37.0-alpha.1', '1.37.0-alpha.1'],
    ['1.18.9', null],
    ['latest', null],
  ],
  version: [
    ['1.36', '1.36.0'],
    ['v1.36.4+rke2r1', '1.36.4'],
    ['2.31.0', '2.31.0'],
    ['latest', null],
  ],
};

const TEXTS = new Map(Object.entries(CASES));
const ROWS = Object.entries(READ).flatMap(([takes, read]) =>
  (TEXTS.get(takes) ?? []).map(([text, value]) => ({ takes, read, text, value })),
);

describe('the value of a flag', () => {
  it('has cases for each that is judged', () => {
    expect(Object.keys(CASES)).toEqual(Object.keys(READ));
    const taken = new Set(COMMANDS.flatMap(({ name }) => flagsOf(name).map(({ takes }) => takes)));
    expect(Object.keys(READ).filter((takes) => ![...taken].some((each) => each === takes))).toEqual([]);
  });

  it.each(ROWS)('$takes: $text is $value', ({ read, text, value }) => {
    if (value === null) expect(() => read('--x', text)).toThrow(`--x ${text} is `);
    else expect(read('--x', text)).toEqual(value);
  });
});
