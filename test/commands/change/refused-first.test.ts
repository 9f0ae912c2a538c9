import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/declare.ts';
import { UserError } from '../../../src/errors.ts';
import { processIo } from '../../../src/terminal/io.ts';
import { temporaryFolder } from '../../input/temporary.ts';

/** What is wrong with the flags of a change, and what is said of it. */
const WRONG: readonly (readonly [words: string, said: string])[] = [
  ['--diff statistics', '--diff statistics is not known'],
  ['--diff stat', '--diff stat goes with --dry-run'],
  ['--diff none --yes', '--diff none goes with --dry-run'],
  ['--timeout soon', '--timeout soon is not a duration'],
  ['--exit-code', '--exit-code goes with --dry-run'],
  ['--allow nonsense', '--allow nonsense: there is no such rule'],
  ['-o yaml', '-o yaml needs --dry-run here'],
  ['-o xml', '--output xml is not known'],
  ['--journal JOURNAL', 'is not a folder'],
];
const LIVE: typeof WRONG = [
  ['--out tf', '--out goes with --target terraform'],
  ['--target terraform --rolling-update', '--rolling-update does not go with --target terraform'],
  ['--kops-version 1.30.0', '--kops-version goes with -f FILE'],
];
const IN_FILE: typeof WRONG = [
  ['--state s3://x', '--state goes with a live cluster, not with -f'],
  ['--rolling-update', '--rolling-update goes with a live cluster, not with -f'],
  ['--kops-version 1.3', '--kops-version 1.3 is not a kOps release'],
];
const ENABLE: typeof WRONG = [
  ['--policy nonsense', 'there is no policy template named nonsense'],
  ['--policy kops --set nonsense=1', 'nonsense'],
  ['--set nonsense', '--set nonsense has no value'],
  ['--log-max-age ten', '--log-max-age ten is not a number of days'],
  ['--no-log --log-max-age 10', '--no-log does not go with --log-max-age'],
  ['--webhook-mode loud', '--webhook-mode loud is not known'],
  ['--webhook-initial-backoff soon', '--webhook-initial-backoff soon is not a duration'],
];

const COMMANDS: readonly (readonly [command: string, own: typeof WRONG])[] = [
  ['enable', ENABLE],
  ['wizard', ENABLE],
  ['disable', []],
  ['rollback', [['--to someday', '--to someday']]],
  ['apply PLAN', []],
];

const CASES = COMMANDS.flatMap(([command, own]) => [
  ...[...WRONG, ...own, ...LIVE].map(([words, said]) => [command, '--cluster c.example.com', words, said] as const),
  ...[...WRONG, ...own, ...IN_FILE].map(([words, said]) => [command, '-f FILE', words, said] as const),
]);

describe('what is wrong with the flags of a change', () => {
  it.each(CASES)('is told before anything is read, run or shown: %s %s %s', async (command, place, words, said) => {
    const folder = temporaryFolder();
    const [kops, journal] = [join(folder, 'kops'), join(folder, 'a file')];
    writeFileSync(kops, `#!/bin/sh\ntouch '${folder}/started'\n`);
    chmodSync(kops, 0o755);
    writeFileSync(journal, '');
    const places: Readonly<Record<string, string>> = {
      FILE: join(folder, 'none.yaml'),
      PLAN: join(folder, 'none.json'),
      JOURNAL: journal,
    };
    const shown: string[] = [];
    const io = {
      ...processIo({ color: false }),
      isInteractive: true,
      stdout: async (text: string) => void shown.push(text),
      stderr: (text: string) => void shown.push(text),
    };
    const env = { PATH: folder, HOME: folder };
    const context = { io, env, now: () => new Date(0), interrupt: new AbortController().signal };
    const typed = `${command} ${place} ${words}`.split(' ').map((word) => places[word] ?? word);
    const ended = runCommandLine(typed, async (run) => void (await run(context))).catch((error: unknown) => error);
    expect(await ended).toBeInstanceOf(UserError);
    expect(((await ended) as UserError).message).toContain(said);
    expect([shown, existsSync(join(folder, 'started')), existsSync(join(folder, '.local'))]).toEqual([
      [],
      false,
      false,
    ]);
  });

  it('also that no cluster is named, before a policy file is read', async () => {
    const io = processIo({ color: false });
    const context = {
      io: { ...io, isInteractive: false },
      env: {},
      now: () => new Date(0),
      interrupt: new AbortController().signal,
    };
    const typed = ['enable', '--policy', './none.yaml', '--yes'];
    await expect(runCommandLine(typed, async (run) => void (await run(context)))).rejects.toThrow('no cluster given');
  });
});
