import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf, fencesOf, pages, type Command, type Fence } from '../docs/markdown.ts';
import { mismatch } from '../docs/matches.ts';
import { makeDesk, printedBy, scriptOf } from '../docs/session.ts';
import { channelFile } from './kops-cache.ts';
import { runOnTerminal, type Answer } from './run-cli.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const VERSION = '1.36.0';
/** The one the channel of this kops recommends: otherwise `update` prints a banner. */
const KUBERNETES = '1.35.5';

const PAGES = pages()
  .map((page) => ({ page, fences: fencesOf(page) }))
  .filter(({ fences }) => fences.some(({ needsKops }) => needsKops));

/** The questions a session shows as answered: `✔ Store this spec? (y/N/d/?) y`. */
function answersOf(commands: readonly Command[]): Answer[] {
  return commands
    .flatMap(({ expected }) => [...expected.matchAll(/^✔ (.*\?) \(y\/N\/d\/\?\) ([yn])$/gm)])
    .map(([, question = '', answer]) => ({ after: question, send: `${answer}\r` }));
}

/** What a terminal is left with: of each line what was written last, without colours; names that change made the same. */
function screenOf(raw: string): string {
  const lines = raw.split('\n').map(
    (line) =>
      line
        .replace(/\r+$/, '')
        .split(/\r|\u001b\[2K\u001b\[G/)
        .at(-1) ?? '',
  );
  return stripVTControlCharacters(lines.join('\n')).replaceAll(/\/tmp\/kops-edit-\d+yaml/g, '/tmp/kops-edit-123yaml');
}

async function run(commands: readonly Command[], box: Sandbox, cwd: string, bin: string): Promise<string[]> {
  const flags = `--cloud=metal --zones=main --networking=cni --kubernetes-version=${KUBERNETES} --channel=file://${channelFile(VERSION)} --ssh-public-key=${box.dir}/id.pub`;
  const env = {
    ...box.env,
    PATH: [bin, box.env['PATH']].join(delimiter),
    KOPS_FEATURE_FLAGS: 'Metal',
    // Else kops asks the terminal for its colours, and waits five seconds for the answer.
    CI: '1',
    TMPDIR: '/tmp',
    NO_COLOR: '1',
    LANG: 'C.UTF-8',
    flags,
  };
  const { raw } = await runOnTerminal('bash', ['-c', scriptOf(commands)], { env, cwd, answers: answersOf(commands) });
  return printedBy(screenOf(raw));
}

describe.each(PAGES)('$page with the real kops', ({ fences }) => {
  const sessions = fences
    .filter(({ needsKops }) => needsKops)
    .map((fence: Fence) => ({ name: `${fence.file}:${fence.line}`, commands: commandsOf(fence) }));
  let box: Sandbox;
  let folder: string;
  let bin: string;

  beforeAll(async () => {
    const clusters = ['prod.k8s.local', 'dev.k8s.local'];
    box = await createSandbox({ version: VERSION, clusters, kubernetesVersion: KUBERNETES, update: true });
    folder = await mkdtemp(join(tmpdir(), 'kops-audit-docs-'));
    bin = await makeDesk(
      folder,
      fences.filter(({ fileName }) => fileName !== null),
    );
  });
  afterAll(async () => {
    await box.close();
    await rm(folder, { recursive: true, force: true });
  });

  // In order, on one state store: a session may build on the one above.
  it.each(sessions)('prints what is shown at $name', async ({ commands }) => {
    const printed = await run(commands, box, join(folder, 'desk'), bin);
    expect(printed).toHaveLength(commands.length);
    const wrong = commands.flatMap(({ text, expected }, index) => {
      const why = mismatch(printed[index] ?? '', expected);
      return why === null ? [] : [`$ ${text}`, why, `printed: ${printed[index]}`];
    });
    expect(wrong).toEqual([]);
  });
});
