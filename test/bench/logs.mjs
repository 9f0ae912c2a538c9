// `logs` on a big generated log, each as a ratio in the same run: a filter against `wc -l` and jq, `--top` against `--count`, `policy replay` of
// three policies against one, the first line against `node -e 0`, and the peak of memory. Exit status 1 where a budget is passed.
//   npm run build && node test/bench/logs.mjs          MEGABYTES=1024 RUNS=3
// The runs are interleaved; the least time of each counts, as what else the machine does only adds to it. Without jq its row is left out.
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';

const MEGABYTES = Number(process.env.MEGABYTES ?? 256);
const RUNS = Number(process.env.RUNS ?? 3);
const MOST_MEMORY = 150;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here('../../dist/cli.cjs');
const NODE = [process.execPath, '--require', here('peak-memory.cjs')];

if (!existsSync(CLI)) throw new Error('build first: npm run build');

const folder = mkdtempSync(join(tmpdir(), 'kops-audit-bench-'));
const log = join(folder, 'audit.log');
spawnSync(process.execPath, [here('gen-audit-log.mjs'), '--out', log, '--bytes', String(MEGABYTES * 2 ** 20)]);
await pipeline(createReadStream(log), createGzip({ level: 1 }), createWriteStream(`${log}.gz`));

const logs = (...args) => [...NODE, CLI, 'logs', ...args];
const DELETED = ['--verb', 'delete', '-o', 'json'];
const ways = {
  'wc -l': ['wc', '-l', log],
  'node -e 0': [...NODE, '-e', '0'],
  'logs --verb delete -o json': logs(log, ...DELETED),
  'logs --verb delete': logs(log, '--verb', 'delete'),
  'logs --verb delete, .gz': logs(`${log}.gz`, ...DELETED),
  'logs --count': logs(log, '--count'),
  'logs --top user': logs(log, '--top', 'user'),
  'policy replay, one': [...NODE, CLI, 'policy', 'replay', log, '--policy', 'kops', '-q'],
  'policy replay, three': [...NODE, CLI, 'policy', 'replay', log, '-q'],
  logs: logs(log),
  'logs, first line': logs(log, '--all'),
};
const jq = ['jq', '-c', 'select(.verb == "delete")', log];
const measured = Object.fromEntries(Object.keys(ways).map((name) => [name, { time: Infinity, memory: 0 }]));
for (let run = 0; run < RUNS; run++) {
  for (const [name, command] of Object.entries(ways)) {
    const { time, memory } = await timed(command, name.endsWith('first line'));
    measured[name].time = Math.min(measured[name].time, time);
    measured[name].memory = Math.max(measured[name].memory, memory);
  }
}
if (spawnSync('jq', ['--version']).status === 0) {
  ways.jq = jq;
  measured.jq = await timed(jq, false); // Once: it takes longer than all others together.
}
rmSync(folder, { recursive: true });

console.log(`\n${MEGABYTES} MB of log, the best of ${RUNS} runs, interleaved; Node ${process.version}`);
for (const [name, { time, memory }] of Object.entries(measured))
  console.log(
    `${name.padEnd(34)}${`${time.toFixed(0)} ms`.padStart(13)}${memory > 0 ? `${memory.toFixed(0)} MB`.padStart(13) : ''}`,
  );

const ratio = (of, to) => measured[of].time / measured[to].time;
const budgets = [
  ['a filter / wc -l', ratio('logs --verb delete -o json', 'wc -l'), 20],
  ['--top user / --count', ratio('logs --top user', 'logs --count'), 1.5],
  ['replay of three / of one', ratio('policy replay, three', 'policy replay, one'), 1.3],
  ['first line / node -e 0', ratio('logs, first line', 'node -e 0'), 4],
  ['peak memory, MB', Math.max(...Object.values(measured).map(({ memory }) => memory)), MOST_MEMORY],
  ...(ways.jq ? [['5 × a filter / jq', 5 * ratio('logs --verb delete -o json', 'jq'), 1]] : []),
];
for (const [name, value, most] of budgets) {
  const isOver = value > most;
  if (isOver) process.exitCode = 1;
  console.log(`${name.padEnd(34)}${value.toFixed(2).padStart(13)}   ${isOver ? 'OVER' : 'ok'}: ${most}`);
}

/** Until it ends, or until its first byte: then it is stopped. */
function timed([file, ...args], isFirstOnly) {
  const start = process.hrtime.bigint();
  const since = () => Number(process.hrtime.bigint() - start) / 1e6;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  let first;
  let peak = '';
  child.stdio[3].on('data', (chunk) => (peak += chunk));
  child.stdout.on('data', () => {
    first ??= since();
    if (isFirstOnly) child.kill();
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code !== 0 && !isFirstOnly) reject(new Error(`${args.join(' ')} ended with ${code}`));
      else resolve({ time: isFirstOnly ? first : since(), memory: Number(peak) / 1024 });
    });
  });
}
