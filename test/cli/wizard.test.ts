import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../input/temporary.ts';
import { ROOT } from '../docs/markdown.ts';
import { CLI } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
import { drive, type Driven } from '../terminal/driven.ts';

const ENTER = '\r';
const DOWN = '\u001b[B';
const LEFT = '\u001b[D';
const CTRL_C = '\u0003';

interface Session extends Driven {
  folder: string;
  /** Compares the screen with the file of this name in test/terminal/screens. */
  isShown(name: string): Promise<void>;
  /** The example spec as it is now. */
  spec(): string;
}

const EXAMPLE = join(ROOT, 'templates/examples/ha-cluster.yaml');
const UNCHANGED = readFileSync(EXAMPLE, 'utf8');

/** Without kops: the PATH is empty. */
function start(args: string[] = [], env: Record<string, string> = { NO_COLOR: '1' }, many = ''): Session {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'many.yaml'), many);
  copyFileSync(EXAMPLE, join(folder, 'ha-cluster.yaml'));
  const driven = drive(process.execPath, [CLI, ...args], { env: { PATH: folder, HOME: folder, ...env }, cwd: folder });
  // Until it has ended it may write into its folder, which goes then.
  onTestFinished(async () => {
    driven.kill();
    await driven.ended();
  });
  return {
    ...driven,
    folder,
    isShown: (name) => expect(`${driven.screen()}\n`).toMatchFileSnapshot(`../terminal/screens/${name}.txt`),
    spec: () => readFileSync(join(folder, 'ha-cluster.yaml'), 'utf8'),
  };
}

/** Answers the questions up to the one that shows `until`. */
async function answerUpTo(session: Session, until: string): Promise<void> {
  for (const [shown, keys] of HAPPY) {
    await session.shows(shown);
    if (shown === until) return;
    session.type(keys);
  }
}

const HAPPY: readonly (readonly [shown: string, keys: string])[] = [
  ['Which cluster?', ENTER],
  ['Which file?', `ha-cluster.yaml${ENTER}`],
  ['What should be recorded?', ENTER],
  ['Where should the log go?', ENTER],
  ['How much of the log should be kept?', `${DOWN}${ENTER}`],
  ['Go on with these answers?', ENTER],
  ['Write ', `y${ENTER}`],
];

describe('the wizard in a real terminal, for a spec in a file', () => {
  it('asks what it cannot find out, shows the diff, asks, writes, and tells the command', async () => {
    const session = start();
    for (const [index, [shown, keys]] of HAPPY.entries()) {
      await session.shows(shown);
      if (index < HAPPY.length - 1) await session.isShown(`file-${index + 1}`);
      session.type(keys);
    }
    expect(await session.ended()).toBe(0);
    expect(session.spec()).toContain('auditLogMaxBackups: 4');
    expect(session.screen()).toMatch(
      /For the runbook, the same in one command:\n {2}kops-audit enable --file ha-cluster\.yaml --policy kops --log-max-age 7 \\\n {4}--log-max-backups 4 --log-max-size 50$/,
    );
  });

  it('explains behind ?, and keeps the cursor where it was', async () => {
    const session = start();
    await answerUpTo(session, 'What should be recorded?');
    session.type(DOWN);
    await session.shows('❯ metadata');
    session.type('?');
    await session.shows('? hides this');
    await session.isShown('policy-explained');
    expect(session.screen()).toContain('❯ metadata');
    session.type('?');
    await session.shows('? explains');
    session.type(ENTER);
    await session.shows('Where should the log go?');
    expect(session.screen()).toContain('kops-audit ha-cluster.yaml · metadata\n');
  });

  it('tells the cost on a log, where its line in the review is chosen', async () => {
    const session = start();
    await answerUpTo(session, 'Go on with these answers?');
    session.type(`${DOWN}${DOWN}${DOWN}${DOWN}${ENTER}`);
    await session.shows('A log to tell the cost on?');
    session.type(`nowhere.log${ENTER}`);
    await session.shows('nowhere.log: cannot be read');
    session.type(`${'\u007f'.repeat(11)}${join(ROOT, 'templates/examples/audit-log.jsonl')}${ENTER}`);
    await session.shows('told on ');
    session.type(ENTER);
    await session.shows('On your log: ');
  });

  it('explains where an answer is typed too', async () => {
    const session = start();
    await answerUpTo(session, 'Which file?');
    session.type('?');
    await session.shows('? hides this');
    await session.isShown('file-explained');
  });

  it('goes back with < and with the left key, and offers what was answered', async () => {
    const session = start();
    await answerUpTo(session, 'What should be recorded?');
    session.type(`m${ENTER}`);
    await session.shows('Where should the log go?');
    session.type(ENTER);
    await session.shows('How much of the log should be kept?');
    session.type('<');
    await session.shows('Where should the log go?');
    session.type(LEFT);
    await session.shows('What should be recorded?');
    expect(session.screen()).toContain('❯ metadata');
    session.type('<');
    await session.shows('Which file?');
    expect(session.screen()).toContain('(ha-cluster.yaml)');
    session.type('<');
    await session.shows('Which cluster?');
    expect(session.screen()).not.toContain('< goes back');
    session.type('<');
    session.type(ENTER);
    await session.shows('Which file?');
    session.type(ENTER);
    await session.shows('What should be recorded?');
    expect(session.screen()).toContain('❯ metadata');
  });

  it('lets an answer be changed at the review, asks only what follows from that, and stops when told so', async () => {
    const session = start();
    await answerUpTo(session, 'Go on with these answers?');
    session.type(`R${ENTER}`);
    await session.shows('How much of the log should be kept?');
    expect(session.screen()).toContain('❯ small');
    session.type(`o${ENTER}`);
    await session.shows('For how many days');
    session.type(ENTER);
    await session.shows('How many rotated files');
    session.type(`3x${ENTER}`);
    await session.shows('! 3x is not a number of files');
    await session.isShown('wrong-number');
    session.type(`\u007f${ENTER}`);
    await session.shows('How large');
    session.type(ENTER);
    await session.shows('Go on with these answers?');
    await session.isShown('review-edited');
    session.type(`s${ENTER}`);
    expect(await session.ended()).toBe(3);
    expect(session.screen()).toContain('Stopped. Nothing was changed.');
    expect(session.spec()).toBe(UNCHANGED);
  });

  it('goes back from a change at the review to the answers as they were', async () => {
    const session = start();
    await answerUpTo(session, 'Go on with these answers?');
    const before = session.screen();
    session.type(`P${ENTER}`);
    await session.shows('What should be recorded?');
    session.type('<');
    await session.shows('Go on with these answers?');
    expect(session.screen()).toBe(before);
  });

  it.each(HAPPY.map(([shown]) => shown))('changes nothing at Ctrl-C: %s', async (shown) => {
    const session = start();
    await answerUpTo(session, shown);
    session.type(CTRL_C);
    expect(await session.ended()).toBe(130);
    expect(session.spec()).toBe(UNCHANGED);
    expect(session.screen()).toMatch(/Interrupted\. Nothing was (changed|written)\.$/);
    expect(session.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(session.raw().lastIndexOf('\u001b[?25l'));
  });

  it('leaves the terminal as it was at Ctrl-C', async () => {
    const folder = temporaryFolder();
    const script = `'${process.execPath}' '${CLI}'; echo "status $?"; stty -a`;
    const env = { PATH: '/usr/bin:/bin', HOME: folder };
    const session = drive('/bin/sh', ['-c', script], { env, cwd: folder });
    onTestFinished(() => session.kill());
    await session.shows('Which cluster?');
    session.type(CTRL_C);
    await session.ended();
    expect(session.screen()).toMatch(/\nstatus 130\n[\s\S]* icanon[\s\S]* echo /);
  });

  it('draws itself anew when the terminal changes its size, with the cursor where it was', async () => {
    const session = start();
    await answerUpTo(session, 'What should be recorded?');
    session.type(DOWN);
    await session.shows('❯ metadata');
    session.resize(50, 24);
    await session.shows('❯ metadata');
    await session.isShown('resized-50');
    session.resize(120, 30);
    await session.shows('❯ metadata');
    await session.isShown('resized-120');
    session.type(ENTER);
    await session.shows('Where should the log go?');
  });

  it('keeps what was typed when the terminal changes its size', async () => {
    const session = start();
    await answerUpTo(session, 'Which file?');
    session.type('ha-clus');
    await session.shows('ha-clus');
    session.resize(60, 24);
    await session.shows('ha-clus');
    session.type(`ter.yaml${ENTER}`);
    await session.shows('What should be recorded?');
  });

  it('says what is wrong with a typed answer, and asks on', async () => {
    const session = start();
    await answerUpTo(session, 'Which file?');
    session.type(`nothere.yaml${ENTER}`);
    await session.shows('! nothere.yaml: cannot be read');
    await session.isShown('wrong-file');
  });

  it('takes a policy of ones own, and refuses what the API server would refuse', async () => {
    const session = start();
    const policy = join(session.folder, 'mine.yaml');
    writeFileSync(policy, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metdata\n');
    await answerUpTo(session, 'What should be recorded?');
    session.type(`a${ENTER}`);
    await session.shows('Which file holds the policy?');
    session.type(`mine.yaml${ENTER}`);
    await session.shows('! mine.yaml:4: ');
    await session.isShown('wrong-policy');
    writeFileSync(policy, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n');
    session.type(ENTER);
    await session.shows('Where should the log go?');
    expect(session.screen()).toContain('· a file of your own');
  });

  it('writes no colour with NO_COLOR, and none that vanishes without it', async () => {
    const plain = start();
    await answerUpTo(plain, 'Go on with these answers?');
    expect(plain.raw()).not.toMatch(/\u001b\[[\d;]*m/);
    const coloured = start([], {});
    await answerUpTo(coloured, 'Go on with these answers?');
    const codes = new Set([...coloured.raw().matchAll(/\u001b\[([\d;]*)m/g)].map(([, code]) => code));
    expect([...codes].toSorted()).toEqual(['1', '2', '22']);
    expect(coloured.screen()).toBe(plain.screen());
  });
});

describe('a list longer than the screen', () => {
  it('scrolls, and fits the terminal', async () => {
    const session = start(['wizard', '--file', 'many.yaml'], { NO_COLOR: '1' }, manyClusters(40));
    await session.shows('Which cluster of the file?');
    session.type('c39');
    await session.shows('❯ c39.example.com');
    await session.isShown('long-list');
    expect(session.screen().split('\n').length).toBeLessThanOrEqual(24);
    session.type(ENTER);
    await session.shows('What should be recorded?');
    expect(session.screen()).toMatch(/^kops-audit many\.yaml · c39\.example\.com\n\nWhat/);
  });
});

function manyClusters(count: number): string {
  const head = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\n';
  const names = Array.from({ length: count }, (_, index) => `c${index + 1}.example.com`);
  return names.map((name) => `${head}metadata:\n  name: ${name}\nspec: {}\n`).join('---\n');
}

describe('without a terminal', () => {
  it('prints help, and ends as it does for a missing command', async () => {
    const run = await runCli([], { env: { PATH: '' } });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^Usage: kops-audit \[COMMAND\] \[FLAGS\]\n/);
    expect(run.stderr).not.toContain('wizard');
  });

  it('cannot ask', async () => {
    const run = await runCli(['wizard'], { env: { PATH: '' } });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('The questions need a terminal. Nothing was changed.');
  });
});

describe('enable on a terminal', () => {
  it('tells what is wrong with a flag before it asks', async () => {
    const session = start(['enable', '--log-max-age', 'ten']);
    expect(await session.ended()).toBe(2);
    expect(session.screen()).toContain('error: --log-max-age ten is not a number of days');
    expect(session.screen()).not.toContain('Which cluster?');
  });

  it('asks for the cluster alone where the rest is said', async () => {
    const session = start(['enable', '--policy', 'metadata', '--log-path', '-']);
    await session.shows('Which cluster?');
    session.type(ENTER);
    await session.shows('Which file?');
    session.type(`ha-cluster.yaml${ENTER}`);
    await session.shows('Go on with these answers?');
    await session.isShown('enable-with-flags');
  });

  it('asks nothing with --yes', async () => {
    const session = start(['enable', '--yes']);
    expect(await session.ended()).toBe(2);
    expect(session.screen()).toContain('error: no cluster given');
  });

  it('completes a path at Tab as a shell does, and lists what begins so', async () => {
    const session = start();
    await session.shows('Which cluster?');
    session.type(ENTER);
    await session.shows('Which file?');
    session.type('\t');
    await session.shows('ha-cluster.yaml  many.yaml');
    session.type('h\t');
    await session.shows('› ha-cluster.yaml');
    session.type(ENTER);
    await session.shows('What should be recorded?');
    expect(session.screen()).toContain('kops-audit ha-cluster.yaml');
  });

  it('takes ~ for the home folder', async () => {
    const session = start();
    await session.shows('Which cluster?');
    session.type(ENTER);
    await session.shows('Which file?');
    session.type('~/ha\t');
    await session.shows('› ~/ha-cluster.yaml');
    session.type(ENTER);
    await session.shows('What should be recorded?');
    expect(session.screen()).toContain(join(session.folder, 'ha-cluster.yaml').slice(0, 40));
  });
});

describe('the question on a small terminal', () => {
  it.each([
    [40, 12],
    [60, 24],
    [80, 24],
  ])('is the last that is on the screen, and whole: %i × %i', async (cols, rows) => {
    const folder = temporaryFolder();
    copyFileSync(EXAMPLE, join(folder, 'ha-cluster.yaml'));
    const args = [CLI, 'enable', '-f', 'ha-cluster.yaml', '--policy', 'kops', '--journal', folder];
    const env = { PATH: folder, HOME: folder, NO_COLOR: '1', NODE_DISABLE_COMPILE_CACHE: '1' };
    const session = drive(process.execPath, args, { env, cwd: folder, size: { cols, rows } });
    onTestFinished(() => session.kill());
    await session.shows('d/?)');
    const lines = session.screen().split('\n').slice(-rows);
    const said = lines.join(' ').replaceAll(/\s+/g, ' ');
    expect(said).toMatch(
      /\d+ lines of policy are folded; d shows them\. \? Write this to ha-cluster\.yaml\? \(y\/N\/d\/\?\)$/,
    );
    session.type('?');
    await session.shows('Stops here, like n.');
    session.type('n\r');
    expect(await session.ended()).toBe(3);
  });
});
