import { expect, it } from 'vitest';
import { liveLines } from '../../src/report/status.ts';
import { plainStyle, rowsView } from '../../src/report/text.ts';
import { fencesOf } from './markdown.ts';

it('docs/status.md shows three API servers as the program does', () => {
  const servers = ['a', 'b', 'c'].map((letter) => ({
    pod: `kube-apiserver-i-0${letter}`,
    node: `i-0${letter}`,
    ready: true,
    differences: [],
  }));
  const flow = { state: 'flowing' as const, errors: 0 };
  const lines = liveLines({
    state: 'flowing',
    context: 'prod.example.com',
    servers,
    flows: [
      { ...flow, pod: servers[0]!.pod, events: 41, requests: 60, unrecorded: 19 },
      { ...flow, pod: servers[1]!.pod, events: 12, requests: 12, unrecorded: 0 },
    ],
    watchedSeconds: 5,
    error: null,
    hint: null,
  });
  const shown = rowsView([['Running', lines]], { style: plainStyle, columns: 80, clean: (text) => text });
  const block = fencesOf('docs/status.md').find(({ language }) => language === 'text');
  expect(block?.text).toBe(`${shown}\n`);
});
