import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LintFlags } from '../../../src/commands/lint/inputs.ts';
import { lint } from '../../../src/commands/lint/lint.ts';
import { InterruptError } from '../../../src/errors.ts';
import { processIo } from '../../../src/terminal/io.ts';
import { temporaryFolder } from '../../input/temporary.ts';

const FLAGS: LintFlags = { output: 'text', failOn: 'error', exclude: [], timeout: '2m' };
const FIXABLE = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  resources: [{resources: [Events]}]
- level: Metadata
`;

function folderOf(text: string): string {
  const folder = temporaryFolder();
  for (const name of ['a.yaml', 'b.yaml', 'c.yaml']) writeFileSync(join(folder, name), text);
  return folder;
}

function run(words: readonly string[], flags: Partial<LintFlags>, stop: AbortController, onStdout = (): void => {}) {
  const io = { ...processIo({ color: false }), stderr: () => {}, stdout: async () => onStdout() };
  return lint(words, { ...FLAGS, ...flags }, { io, env: {}, now: () => new Date(), interrupt: stop.signal });
}

it('hears a signal between two files, also where all are named', async () => {
  const folder = folderOf(FIXABLE);
  for (const words of [[folder], ['a.yaml', 'b.yaml', 'c.yaml'].map((name) => join(folder, name))]) {
    await run(words, {}, new AbortController()); // what is loaded late takes turns of its own
    const stop = new AbortController();
    setImmediate(() => stop.abort(new InterruptError('Interrupted.')));
    await expect(run(words, {}, stop)).rejects.toThrow('Interrupted.');
  }
});

it('says how many files were fixed before it was interrupted', async () => {
  const folder = folderOf(FIXABLE);
  const stop = new AbortController();
  const stopped = run([folder], { fix: true }, stop, () => stop.abort(new InterruptError('Nothing was written.')));
  await expect(stopped).rejects.toThrow('Interrupted. 1 file was fixed by then; the others are as they were.');
  const isFixed = (name: string): boolean => readFileSync(join(folder, name), 'utf8') !== FIXABLE;
  expect(['a.yaml', 'b.yaml', 'c.yaml'].map(isFixed)).toEqual([true, false, false]);
});
