// Commands on Node 20, 22 and 24, each as a ratio to `node -e 0` in the same run, a big spec file among them; then decisions per
// second, and how the time grows with the input. Exit status 1 where a budget is passed, or where time grows faster than the input.
//   npm run bench            RUNS=21 npm run bench for more runs; NODES=24 npm run bench for one Node
// The runs of all commands are interleaved, so that a machine that slows down slows all of them; medians are printed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchDecisions } from './decisions.mjs';
import { benchGrowth } from './growth.mjs';

const RUNS = Number(process.env.RUNS ?? 11);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here('../../dist/cli.cjs');
const EXAMPLE = here('../../templates/examples/ha-cluster.yaml');
const folder = mkdtempSync(join(tmpdir(), 'kops-audit-bench-'));

if (!existsSync(CLI)) throw new Error('build first: npm run build');

const big = join(folder, 'big.yaml');
writeFileSync(big, bigSpec(readFileSync(EXAMPLE, 'utf8'), 20_000));
const policy = join(folder, 'policy.yaml');
const small = join(folder, 'small.yaml');
writeFileSync(small, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n');
writeFileSync(policy, spawnSync(process.execPath, [CLI, 'policy', 'show', 'kops']).stdout);

// Most of `enable` is YAML parsed once by code that is not warm yet: the spec, the template, the policy as kube-apiserver would
// load it, and the edited spec once more to see that it reads as planned. None of these is left out for speed.
// name, arguments of node, the most it may take above `node -e 0` (milliseconds), the most memory (megabytes)
const commandsOn = (major) => [
  ['node -e 0', ['-e', '0']],
  ['--version', [CLI, '--version'], 12],
  ['policy list', [CLI, 'policy', 'list']],
  ['lint, one rule', [CLI, 'lint', small], 30],
  ['lint, kops template', [CLI, 'lint', policy]],
  ['policy explain get pods', [CLI, 'policy', 'explain', 'get', 'pods'], 30],
  ['enable -f small --dry-run', [CLI, 'enable', '-f', EXAMPLE, '--dry-run'], major >= 22 ? 40 : 60],
  [
    'enable -f 20,000 lines --dry-run',
    [CLI, 'enable', '-f', big, '--cluster', 'c0.example.com', '--dry-run'],
    1000,
    200,
  ],
];

let over = 0;
for (const major of (process.env.NODES ?? '20,22,24').split(',')) over += benchCommands(major);
over += await benchDecisions(RUNS);
if (benchGrowth(folder) + over > 0) process.exitCode = 1;
rmSync(folder, { recursive: true });

/** Prints the table of one Node; gives the number of budgets that were passed. The first run of each only warms the compile cache. */
function benchCommands(major) {
  const node = spawnSync(process.execPath, [here('../../scripts/other-node.mjs'), major], {
    encoding: 'utf8',
  }).stdout.trim();
  const commands = commandsOn(Number(major));
  for (const [, args] of commands) timed(node, args);
  const times = commands.map(() => []);
  const rss = commands.map(() => 0);
  for (let run = 0; run < RUNS; run++) {
    commands.forEach(([, args], index) => {
      const { milliseconds, megabytes } = timed(node, args);
      times[index].push(milliseconds);
      rss[index] = Math.max(rss[index], megabytes);
    });
  }
  const floor = median(times[0]);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`${RUNS} runs each, interleaved; Node ${version}`);
  console.log(row('command', 'median', 'over floor', 'ratio', 'peak MB', 'budget'));
  return commands.filter(([name, , ...budget], index) => {
    const above = median(times[index]) - floor;
    const told = verdict(above, rss[index], budget);
    const cells = [`${median(times[index]).toFixed(0)} ms`, `+${above.toFixed(0)} ms`, (above / floor + 1).toFixed(2)];
    console.log(row(name, ...cells, rss[index].toFixed(0), told));
    return told.startsWith('OVER');
  }).length;
}

function timed(node, args) {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  delete env.NODE_EXTRA_CA_CERTS; // it alone adds 27 ms to each start of Node 20
  const start = process.hrtime.bigint();
  const { status, stderr, output } = spawnSync(node, ['--require', here('peak-memory.cjs'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return { milliseconds, megabytes: Number(output[3]) / 1024 };
}

/** Many clusters with their groups in one file, as a platform team keeps them; about `lines` lines. */
function bigSpec(example, lines) {
  const documents = [];
  const each = example.split('\n').length;
  for (let index = 0; index * each < lines; index++)
    documents.push(example.replaceAll('demo.example.com', `c${index}.example.com`).trimEnd());
  return `${documents.join('\n---\n')}\n`;
}

function verdict(over, megabytes, [most, mostMegabytes = Infinity]) {
  if (most === undefined) return '';
  return `${over <= most && megabytes <= mostMegabytes ? 'ok' : 'OVER'}: +${most} ms`;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function row(name, ...cells) {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(13)).join('')}`;
}
