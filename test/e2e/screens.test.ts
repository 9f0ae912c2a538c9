import { readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import { drive, type Driven } from '../terminal/driven.ts';
import { CLI } from './run-cli.ts';
import { openScene, type Scene } from './scene.ts';

const PROD = 'prod.k8s.local';
const CLUSTERS = ['dev.k8s.local', PROD, 'test.k8s.local'];
const ROWS = 24;

/** Where the screens are kept: `now` is compared, `before` is how 0.1.0 with the new house looked (commit 2fe2a75). */
const FOLDER = process.env['SCREENS'] ?? 'now';

/** One run at 80×24: what happened before it, what is typed, and the question at which it is looked at and declined. */
interface Run {
  name: string;
  args: string[];
  before?: (scene: Scene) => Promise<unknown>;
  question?: string;
}

const on =
  (...more: string[]) =>
  (scene: Scene): Promise<unknown> =>
    scene.cli('enable', '--cluster', PROD, '--yes', ...more);

/** A policy of somebody's own that works, with what lint has to say of it. */
const OWN_POLICY = `\
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: RequestResponse
  resources:
  - group: ""
    resources: [secrets]
- level: None
  users: [kubelet]
- level: Request
  verbs: [get, list]
- level: Metadata
- level: None
  nonResourceURLs: ["/healthz*"]
`;

/** The built-in example with eight more groups of nodes. */
function twelveGroups(): string {
  const text = readFileSync(join(ROOT, 'templates/examples/ha-cluster.yaml'), 'utf8');
  const nodes = text.slice(text.lastIndexOf('\n---\n'));
  return text + [...'abcdefgh'].map((letter) => nodes.replace('name: nodes', `name: nodes-${letter}`)).join('');
}

/** A policy with the faults that people bring: a rule after one that takes all, a user who is nobody, secrets with bodies. */
const BAD_POLICY = `\
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: RequestResponse
  resources:
  - group: ""
    resources: [secrets, pod]
- level: Metadata
- level: None
  users: [kubelet]
  verbs: [get, lst]
`;

const RUNS: readonly Run[] = [
  { name: '01-new-enable', args: ['enable', '--cluster', PROD], question: 'Store this spec' },
  {
    name: '02-change-of-policy',
    args: ['enable', '--cluster', PROD, '--policy', 'gce'],
    before: on('--policy', 'metadata'),
    question: 'Store this spec',
  },
  {
    name: '03-rollback',
    args: ['rollback', '--cluster', PROD],
    before: async (scene) => {
      await on('--policy', 'metadata')(scene);
      await on('--policy', 'kops')(scene);
    },
    question: 'Store this spec',
  },
  {
    name: '04-disable',
    args: ['disable', '--cluster', PROD],
    before: on('--policy', 'kops'),
    question: 'Store this spec',
  },
  {
    name: '05-apply',
    args: ['apply', 'plan.json'],
    before: (scene) =>
      scene.cli('enable', '--cluster', PROD, '--policy', 'kops', '--dry-run', '--save-plan', 'plan.json'),
    question: 'Store this spec',
  },
  {
    name: '06-status-of-three',
    args: ['status', '--all'],
    before: async (scene) => {
      await on('--policy', 'kops')(scene);
      await scene.editStored((spec) => {
        spec['kubeAPIServer'] = { auditPolicyFile: '/srv/nowhere.yaml', auditLogPath: '/var/log/audit/audit.log' };
      }, 'test.k8s.local');
    },
  },
  {
    name: '07-history',
    args: ['history', '--cluster', PROD],
    before: async (scene) => {
      await on('--policy', 'metadata')(scene);
      await on('--policy', 'kops', '--no-update')(scene);
      await scene.cli('rollback', '--cluster', PROD, '--yes');
    },
  },
  {
    name: '08-lint-of-a-bad-policy',
    args: ['lint', 'policy.yaml'],
    before: async (scene) => writeFileSync(join(scene.desk, 'policy.yaml'), BAD_POLICY),
  },
  { name: '09-help', args: ['--help'] },
  { name: '10-refusal', args: ['enable', '--cluster', PROD, '--log-path', 'audit/audit.log'] },
  {
    name: '11-twelve-groups-five-findings',
    args: ['enable', '-f', 'cluster.yaml', '--policy', './own.yaml', '--log-max-backups', '0'],
    before: async (scene) => {
      writeFileSync(join(scene.desk, 'cluster.yaml'), twelveGroups());
      writeFileSync(join(scene.desk, 'own.yaml'), OWN_POLICY);
    },
    question: 'Write ',
  },
];

describe('ten runs at 80×24, with the real kops', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version: '1.36.0', clusters: CLUSTERS, kubernetesVersion: '1.35.5', update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  function start(args: string[]): Driven {
    // CI: else kops asks the terminal for its colours, and waits for the answer.
    const env = { ...scene.env, NO_COLOR: '1', CI: '1' };
    const session = drive(process.execPath, [CLI, ...args], { env, cwd: scene.desk });
    onTestFinished(() => session.kill());
    return session;
  }

  /** What may differ from run to run and from machine to machine: times, ids, sums, folders, who it is. */
  function steady(text: string): string {
    return text
      .replaceAll(scene.box.dir, '/box')
      .replaceAll(ROOT.replace(/\/$/, ''), '/kops-audit')
      .replaceAll(`by ${userInfo().username} on ${hostname()}`, 'by USER on HOST')
      .replaceAll(new RegExp(`\\b${userInfo().username} +${PROD}`, 'g'), `USER  ${PROD}`)
      .replaceAll(/"sha256":"[0-9a-f]+"/g, '"sha256":"…"')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?/g, 'TIME')
      .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/g, (id) => 'ID'.padEnd(id.length, '-'));
  }

  async function isShown(name: string, text: string): Promise<void> {
    await expect(`${steady(text)}\n`).toMatchFileSnapshot(`../screens/${FOLDER}/${name}.txt`);
  }

  it.each(RUNS)('$name', async ({ name, args, before, question }) => {
    await before?.(scene);
    const session = start(args);
    const head = `$ kops-audit ${args.join(' ')}\n`;
    if (question === undefined) {
      await session.ended();
      return isShown(name, `${head}${session.screen()}`);
    }
    const asked = await session.shows(question);
    const rows = asked.split('\n');
    if (!name.startsWith('11-')) expect(rows.slice(-ROWS).join('\n')).toMatch(/^Effect .*^Groups .*^\? /ms);
    const away = rows.length - ROWS;
    if (away > 0)
      rows.splice(away, 0, `${'─'.repeat(24)} the screen at the question: the last ${ROWS} lines ${'─'.repeat(9)}`);
    session.type('n\r');
    await session.ended();
    const after = session.screen().split('\n').slice(asked.split('\n').length);
    await isShown(name, [`${head}${rows.join('\n')}`, ...after].join('\n'));
  });
});

it('has a screen of before for each', () => {
  for (const { name } of RUNS) expect(readFileSync(join(ROOT, `test/screens/before/${name}.txt`), 'utf8')).not.toBe('');
});
