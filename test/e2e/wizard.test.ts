import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { drive, type Driven } from '../terminal/driven.ts';
import { CLI } from './run-cli.ts';
import { openScene, type Scene } from './scene.ts';

const ENTER = '\r';
const CTRL_C = '\u0003';
const CLUSTERS = ['dev.k8s.local', 'prod.k8s.local', 'test.k8s.local'];
const PROD = 'prod.k8s.local';

/** What each question shows, and the keys that answer it: prod.k8s.local, the rest as it is offered. */
const QUESTIONS: readonly (readonly [shown: string, keys: string])[] = [
  ['Which cluster?', `p${ENTER}`],
  ['What should be recorded?', ENTER],
  ['Where should the log go?', ENTER],
  ['How much of the log should be kept?', ENTER],
  ['When should the control plane be rolled?', ENTER],
  ['Go on with these answers?', ENTER],
  ['Store this spec of prod.k8s.local?', `y${ENTER}`],
  ['Run `kops update cluster --yes` now?', `y${ENTER}`],
];

const COMMAND = 'kops-audit enable --cluster prod.k8s.local --policy kops';

describe('the wizard with the real kops, three clusters in one store', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version: '1.36.0', clusters: CLUSTERS, kubernetesVersion: '1.35.5', update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  function start(args: string[] = [], env: Record<string, string> = {}): Driven {
    // CI: else kops asks the terminal for its colours, and waits for the answer.
    const options = { env: { ...scene.env, NO_COLOR: '1', CI: '1', ...env }, cwd: scene.desk };
    const session = drive(process.execPath, [CLI, ...args], options);
    onTestFinished(() => session.kill());
    return session;
  }

  async function answerUpTo(session: Driven, until: string): Promise<void> {
    for (const [shown, keys] of QUESTIONS) {
      await session.shows(shown);
      if (shown === until) return;
      session.type(keys);
    }
  }

  function isShown(session: Driven, name: string): Promise<void> {
    return expect(`${session.screen()}\n`).toMatchFileSnapshot(`../terminal/screens/${name}.txt`);
  }

  const allStored = (): Promise<string[]> => Promise.all(CLUSTERS.map((name) => scene.storedText(name)));

  it('turns auditing on for one of them, and tells the command that does the same', async () => {
    const before = await allStored();
    const session = start();
    for (const [index, [shown, keys]] of QUESTIONS.entries()) {
      await session.shows(shown);
      if (index < 6) await isShown(session, `store-${index + 1}`);
      session.type(keys);
    }
    expect(await session.ended()).toBe(0);
    expect(session.screen()).toContain('`kops update` is finished.');
    expect(session.screen()).toMatch(new RegExp(`the same in one command:\n  ${COMMAND}$`));
    const end = session.screen().slice(session.screen().indexOf('For the runbook'));
    await expect(`${end}\n`).toMatchFileSnapshot('../terminal/screens/store-end.txt');
    const after = await allStored();
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect((await scene.stored(PROD)).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
    expect(await scene.journal()).toHaveLength(1);

    const [, ...words] = COMMAND.split(' ');
    const again = await scene.cli(...words);
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to do') });
  });

  it('offers what the spec has where auditing is on already, and then has nothing to do', async () => {
    await scene.cli('enable', '--cluster', PROD, '--policy', 'metadata', '--log-max-age', '90', '--yes');
    const session = start();
    await session.shows('prod.k8s.local   auditing is on: metadata');
    await isShown(session, 'store-on');
    session.type(`p${ENTER}`);
    await session.shows('❯ keep the present policy: metadata');
    session.type(ENTER);
    await session.shows('That is where the spec has it now.');
    session.type(ENTER);
    await session.shows('❯ as it is   90 days, 10 × 100 MiB: at worst 1.1 GiB');
    session.type(ENTER);
    await session.shows('When should');
    session.type(ENTER);
    await session.shows('Go on with these answers?');
    session.type(ENTER);
    expect(await session.ended()).toBe(0);
    expect(session.screen()).toContain('Nothing to do');
    expect(session.screen()).toMatch(/\n {2}kops-audit enable --cluster prod\.k8s\.local$/);
  });

  it.each(QUESTIONS.slice(0, -1).map(([shown]) => shown))('changes nothing at Ctrl-C: %s', async (shown) => {
    const before = await allStored();
    const session = start();
    await answerUpTo(session, shown);
    session.type(CTRL_C);
    expect(await session.ended()).toBe(130);
    expect(session.screen()).toMatch(/Interrupted\. Nothing was (changed|written)\.$/);
    expect(await allStored()).toEqual(before);
    expect(await scene.journal()).toEqual([]);
  });

  it('tells the command where the diff is not accepted, too', async () => {
    const session = start();
    await answerUpTo(session, 'Store this spec of prod.k8s.local?');
    session.type(ENTER);
    expect(await session.ended()).toBe(3);
    expect(session.screen()).toContain(`\n  ${COMMAND}\n`);
    expect(session.screen()).toContain('Declined. Nothing was written.');
  });

  it('does not ask for the cluster that KOPS_CLUSTER_NAME names, and does for one that is not there', async () => {
    const known = start([], { KOPS_CLUSTER_NAME: PROD });
    await known.shows('What should be recorded?');
    expect(known.screen()).toContain('kops-audit prod.k8s.local\n');
    known.type(CTRL_C);
    const unknown = start([], { KOPS_CLUSTER_NAME: 'prd.k8s.local' });
    await unknown.shows('Which cluster?');
    unknown.type(CTRL_C);
    expect(await Promise.all([known.ended(), unknown.ended()])).toEqual([130, 130]);
  });

  it('takes a cluster of another state store', async () => {
    const { KOPS_STATE_STORE: store = '', ...env } = scene.env;
    const session = drive(process.execPath, [CLI, 'enable', '--policy', 'kops'], {
      env: { ...env, NO_COLOR: '1', CI: '1' },
      cwd: scene.desk,
    });
    onTestFinished(() => session.kill());
    await session.shows('kops lists no clusters');
    await isShown(session, 'no-store');
    session.type(`${ENTER}`);
    await session.shows('Which file?');
    session.type('<');
    await session.shows('Which cluster?');
    session.type(`\u001b[B${ENTER}`);
    await session.shows('Which state store?');
    session.type(`${store}x${ENTER}`);
    await session.shows('! kops failed: error reading state store');
    session.type(`\u007f${ENTER}`);
    await session.shows('test.k8s.local');
    session.type(`t${ENTER}`);
    await session.shows('Where should the log go?');
    session.type(CTRL_C);
    expect(await session.ended()).toBe(130);
  });

  it('rolls when told so, asked once more', async () => {
    const session = start(['wizard', '--cluster', PROD, '--policy', 'kops', '--log-path', '-']);
    await session.shows('When should the control plane be rolled?');
    session.type(`n${ENTER}`);
    await session.shows('Go on with these answers?');
    session.type(ENTER);
    await session.shows('Store this spec of prod.k8s.local?');
    session.type(`y${ENTER}`);
    await session.shows('Run `kops update cluster --yes` now?');
    session.type(`y${ENTER}`);
    await session.shows('Roll the control plane of prod.k8s.local now?');
    session.type(`n${ENTER}`);
    expect(await session.ended()).toBe(5);
    expect(session.screen()).toMatch(
      / {2}kops-audit enable --cluster prod\.k8s\.local --policy kops --log-path - \\\n {4}--rolling-update$/,
    );
  });
});
