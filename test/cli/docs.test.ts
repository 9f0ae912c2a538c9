import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { fencesOf, pages, readPage, ROOT } from '../docs/markdown.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';

/** Without the page that is the table of flags itself, and those of other cluster tools, which are full of the flags of theirs. */
const TEXT = pages()
  .filter((page) => page !== 'docs/flags.md' && !page.startsWith('docs/other-tools/'))
  .map(readPage)
  .join('\n');

async function kopsAudit(...args: string[]): Promise<string> {
  const { stdout, exitCode } = await runWarmCli(args, { env: {} });
  expect(exitCode).toBe(0);
  return stdout;
}

function flagsIn(help: string): string[] {
  return [...help.matchAll(/^\s+(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag = '']) => flag);
}

/** Flags of other programs that the pages name. */
const FOREIGN =
  '--audit-log-maxsize --audit-log-maxbackup --audit-log-maxbackups --allow-experimental-api --instance-group --instance-group-roles --cloudonly --wait --create-kube-config --template --values --audit-policy-file --audit-log-path --audit-webhook-config-file --global --password --forward --prefix --admin --from-file --server-side --validate --raw --jitless'.split(
    ' ',
  );

/** What is typed to kops-audit in the blocks of the pages. */
function typed(): string[] {
  return pages()
    .flatMap(fencesOf)
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => line.match(/(?<!-n )kops-audit [a-z]+[^|>;']*/g) ?? []);
}

function flagsNamedIn(text: string): string[] {
  return [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [])];
}

describe('the pages and the program', () => {
  it('speak of the same flags', async () => {
    const commands = COMMANDS.filter(({ isHidden }) => !isHidden).map(({ name }) => name.split(' '));
    const helps = await Promise.all(commands.map((args) => kopsAudit(...args, '--help')));
    const [ofEnable = [], ...rest] = helps.map(flagsIn);
    expect(ofEnable.length).toBeGreaterThan(25);
    const named = flagsNamedIn(TEXT);
    expect(ofEnable.filter((flag) => flag !== '--help' && !named.includes(flag))).toEqual([]);
    const known = new Set([...ofEnable, ...rest.flat(), ...FOREIGN]);
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
    const given = flagsNamedIn(typed().join('\n'));
    expect(given.length).toBeGreaterThan(15);
    expect(given.filter((flag) => FOREIGN.includes(flag))).toEqual([]);
  });

  it('have the same exit statuses', async () => {
    const help = await kopsAudit('--help');
    const statuses = [...help.slice(help.indexOf('Exit status')).matchAll(/^ {2}(\d+) /gm)].map(([, status]) => status);
    expect(statuses).toHaveLength(8);
    for (const page of ['README.md', 'docs/when-it-goes-wrong.md', 'docs/ci.md']) {
      expect([...readPage(page).matchAll(/^\| (\d+) \|/gm)].map(([, status]) => status)).toEqual(statuses);
    }
  });
});

describe('docs/plan-json.md', () => {
  const page = readPage('docs/plan-json.md');

  it('names each key of a plan, and of what is in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kops-audit-docs-'));
    const file = join(ROOT, 'templates/examples/ha-cluster.yaml');
    const plan = JSON.parse(
      await kopsAudit(
        'enable',
        '-f',
        file,
        '--log-path',
        '/var/log/audit.log',
        '--replay',
        join(ROOT, 'templates/examples/audit-log.jsonl'),
        '--dry-run',
        '-o',
        'json',
        '--journal',
        folder,
      ),
    );
    await rm(folder, { recursive: true });
    const keys = Object.keys(plan);
    expect([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)).toEqual(keys);
    const inner = [
      plan.policy,
      plan.disk,
      plan.settings[0],
      plan.groups[0],
      plan.findings[0],
      plan.replay,
      plan.replay.planned,
    ].flatMap((value: object) => Object.keys(value));
    expect(inner.length).toBeGreaterThan(20);
    expect(inner.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
  });
});

it('is found where 0.1.0 had it, too', async () => {
  const { stdout } = await execa(process.execPath, [join(ROOT, 'dist/cli.mjs'), '--version']);
  expect(`${stdout}\n`).toBe(await kopsAudit('--version'));
});
