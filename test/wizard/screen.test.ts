import { describe, expect, it } from 'vitest';
import { cutEnd } from '../../src/report/fit.ts';
import { crumbs, hint, reviewBody } from '../../src/wizard/screen.ts';
import { ANSWERS, world } from './scene.ts';

const WORLD = world();

describe('the keys', () => {
  it('stand on one line of 79 columns', () => {
    const states = [true, false].flatMap((isText) => [true, false].map((explaining) => ({ isText, explaining })));
    const hints = states.map((state) => hint({ ...state, canGoBack: true }));
    expect(hints[0]).toBe('Enter goes on · ? hides this · < goes back · Ctrl-C stops, nothing is changed');
    expect(Math.max(...hints.map((text) => text.length))).toBeLessThanOrEqual(79);
  });
});

describe('the review', () => {
  it('shows every answer, each to be changed', () => {
    const { choices = [] } = reviewBody(
      { ...ANSWERS, rotation: 'own', maxAge: '0', maxBackups: '1', maxSize: '10' },
      WORLD,
    );
    expect(choices.map(({ value, name }) => [value, name])).toEqual([
      ['+go', 'go on: show the diff'],
      ['place', 'Cluster     off.k8s.local (auditing is off)'],
      ['policy', 'Policy      kops'],
      ['replay', 'Cost        as measured elsewhere: choose this to name a log of yours'],
      ['log', 'Log         /var/log/kube-audit/audit.log'],
      ['rotation', 'Rotation    no age limit, 1 × 10 MiB: at worst 20 MiB'],
      ['maxAge', 'Age         no age limit'],
      ['maxBackups', 'Files       at most 1'],
      ['maxSize', 'File size   10 MiB'],
      ['roll', 'Roll        later, only the command is printed'],
      ['+stop', 'stop: change nothing'],
    ]);
  });

  it('makes control characters of an answer harmless', () => {
    const { choices = [] } = reviewBody({ place: '+file', file: 'a\u001b[2J' }, WORLD);
    expect(choices[2]?.name).toBe('File      a\\x1b[2J');
  });
});

describe('the first line', () => {
  it('has the answers so far, cut to the width', () => {
    expect(crumbs(ANSWERS, WORLD)).toBe('off.k8s.local · kops · /var/log/kube-audit/audit.log · 30 days, 10 × 100 MiB');
    expect(crumbs({ place: '+file', file: 'c.yaml' }, WORLD)).toBe('c.yaml');
    expect(cutEnd('abcdef', 4)).toBe('abc…');
    expect(cutEnd('abcd', 4)).toBe('abcd');
  });
});
