// How the CPU time of `lint`, `enable -f FILE --dry-run` and `logs` grows with the input: twice of it against once, for each shape that is long in
// another way. Nothing may grow faster than its input, and each must be done within nine seconds.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const CPU_TIME = fileURLToPath(new URL('./cpu-time.mjs', import.meta.url));
const SPEC_COMMANDS = { lint: ['lint'], enable: ['enable', '--dry-run', '-q', '-f'] };
const LOG_COMMANDS = { logs: ['logs', '--quiet', '--all'], count: ['logs', '--quiet', '--count'] };
const MOST_RATIO = 2.3;
const MOST_SECONDS = 9;

const CLUSTER =
  'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: a.example.com\nspec:\n  kubernetesVersion: 1.35.0\n';
const GROUP =
  'apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  name: NAME\n  labels:\n    kops.k8s.io/cluster: a.example.com\nspec:\n  role: Node\n';

/** name, how many, the text with that many */
const SPECS = [
  ['lines of ---', 20_000, (n) => `${CLUSTER}${'---\n'.repeat(n)}`],
  [
    'file assets',
    20_000,
    (n) => `${CLUSTER}  fileAssets:\n${many(n, (i) => `  - name: a${i}\n    path: /etc/a${i}\n    content: x\n`)}`,
  ],
  ['MB of blank lines', 20, (n) => `${CLUSTER}${'\n'.repeat(n * 1e6)}  channel: stable\n`],
  ['keys', 20_000, (n) => `${CLUSTER}  nodeLabels:\n${many(n, (i) => `    k${i}: v\n`)}`],
  ['comments', 20_000, (n) => `${CLUSTER}${many(n, (i) => `  # comment ${i}\n`)}  channel: stable\n`],
  ['instance groups', 20_000, (n) => `${CLUSTER}${many(n, (i) => `---\n${GROUP.replace('NAME', `n${i}`)}`)}`],
  ['anchors', 20_000, (n) => `${CLUSTER}  nodeLabels:\n${many(n, (i) => `    k${i}: &a${i} v\n    l${i}: *a${i}\n`)}`],
  ['MB in one line', 5, (n) => `${CLUSTER}  additional: "${'x '.repeat(n * 5e5)}"\n`],
  ['brackets in one line', 100_000, (n) => `${CLUSTER}  sshAccess: [${many(n, () => '[a], ')}b]\n`],
  [
    'lines of a block text',
    100_000,
    (n) =>
      `${CLUSTER}  fileAssets:\n  - name: a\n    path: /etc/a\n    content: |\n${many(n, (i) => `      line ${i}\n`)}`,
  ],
  [
    'findings',
    20_000,
    (n) => `${CLUSTER}  fileAssets:\n${many(n, (i) => `  - name: a${i}\n    path: /etc/a${i}\n    contents: x\n`)}`,
  ],
];

const CUT = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","requestObject":';
const EVENT =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"ID","stage":"Panic","verb":"get","user":{}}';
const AT_ONE_TIME = EVENT.replace('"level"', '"stageTimestamp":"2026-11-24T09:00:01.000000Z","level"');

const LOGS = [
  ['brackets in brackets', 100_000, (n) => `${CUT}${'['.repeat(n)}${']'.repeat(n)}}\n`],
  ['brackets that stay open', 100_000, (n) => `${CUT}${'['.repeat(n)}\n`],
  ['events that break off', 20_000, (n) => many(n, () => `${CUT}\n`)],
  ['events in one list', 20_000, (n) => `[${many(n, (i) => `${numbered(EVENT, i)},\n`)}{}]\n`],
  ['events of one time', 100_000, (n) => many(n, (i) => `${numbered(AT_ONE_TIME, i)}\n`)],
  ['events on one line', 20_000, (n) => many(n, (i) => numbered(EVENT, i))],
  ['MB of blanks in a line', 10, (n) => `x${' '.repeat(n * 1e6)}y\n`],
];

function numbered(event, index) {
  return event.replace('"ID"', `"i${index}"`);
}

function many(count, of) {
  return Array.from({ length: count }, (_, index) => of(index)).join('');
}

/**
 * Prints them; gives how many are over. The machine may be busy with other things: what counts is the CPU time of the command itself.
 */
export function benchGrowth(folder) {
  return benchTable(folder, SPEC_COMMANDS, SPECS) + benchTable(folder, LOG_COMMANDS, LOGS);
}

function benchTable(folder, commands, shapes) {
  const heads = Object.keys(commands).flatMap((name) => [name, 'twice', 'ratio']);
  console.log(row('\nCPU time for', ...heads, 'at most'));
  return shapes.filter((shape) => !benchShape(folder, Object.values(commands), shape)).length;
}

function benchShape(folder, commands, [name, count, text]) {
  const files = [1, 2].map((times) => {
    const file = join(folder, `${times}.yaml`);
    writeFileSync(file, text(times * count));
    return file;
  });
  const times = commands.map((command) => files.map((file) => cpuSeconds([...command, file])));
  const isOk = times.every(([once, twice]) => once <= MOST_SECONDS && twice / once <= MOST_RATIO);
  const cells = times.flatMap(([once, twice]) => [seconds(once), seconds(twice), (twice / once).toFixed(2)]);
  const most = `${isOk ? 'ok' : 'OVER'}: ${MOST_SECONDS} s, ${MOST_RATIO}`;
  console.log(row(`${count.toLocaleString('en')} ${name}`, ...cells, most));
  return isOk;
}

function cpuSeconds(args) {
  const { output, status } = spawnSync(process.execPath, ['--import', CPU_TIME, CLI, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  if (status === 0 || status === 1) return Number(output[3]) / 1e6;
  throw new Error(`${args.join(' ')} failed`);
}

function seconds(time) {
  return `${time.toFixed(1)} s`;
}

function row(name, ...cells) {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(cell.length > 9 ? 15 : 9)).join('')}`;
}
