// `status --all` for 40 clusters against the same calls of the real kops made by `xargs -P 4`: at most 1.2 times as long.
//   npm run build && node test/bench/status.mjs          CLUSTERS=40 RUNS=2
// Needs the kops that the e2e tests build (npm run test:e2e). Both take turns in going first, after a run that is not counted; the sums are
// compared, and each run is printed.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '1.36.0';
const CLUSTERS = Number(process.env.CLUSTERS ?? 40);
const RUNS = Number(process.env.RUNS ?? 2);
const PARALLEL = '4';
const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const cache =
  process.env.KOPS_AUDIT_CACHE ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kops-audit');
const kops = join(cache, `kops-${VERSION}`, 'kops');

if (!existsSync(CLI)) throw new Error('build first: npm run build');
if (!existsSync(kops)) throw new Error('there is no kops yet: npm run test:e2e builds it');

const folder = mkdtempSync(join(tmpdir(), 'kops-audit-bench-'));
const server = await startAssetsServer();
const env = {
  PATH: [join(cache, `kops-${VERSION}`), process.env.PATH].join(delimiter),
  HOME: folder,
  KOPS_STATE_STORE: `file://${folder}/state`,
  KOPS_BASE_URL: `http://127.0.0.1:${server.address().port}/kops/${VERSION}/`,
  KOPS_FEATURE_FLAGS: 'Metal',
};
const names = Array.from({ length: CLUSTERS }, (_, at) => `c${String(at).padStart(2, '0')}.k8s.local`);
await makeClusters();

const calls = [
  'version --short',
  'get clusters -o json',
  ...names.flatMap((name) => [`get instancegroups --name=${name} -o json`, `update cluster --name=${name}`]),
];
const ways = {
  xargs: () => timed('xargs', ['-P', PARALLEL, '-L', '1', kops], `${calls.join('\n')}\n`),
  status: () => timed(process.execPath, [CLI, 'status', '--all', '--parallel', PARALLEL, '-o', 'json'], ''),
};
const times = { xargs: [], status: [] };
await ways.xargs(); // What comes first finds cold caches: not counted.
for (let run = 0; run < RUNS; run++) {
  const order = run % 2 === 0 ? ['xargs', 'status'] : ['status', 'xargs'];
  for (const way of order) {
    const { milliseconds, stdout } = await ways[way]();
    if (way === 'status') checkRows(JSON.parse(stdout));
    times[way].push(milliseconds);
  }
}
server.close();
rmSync(folder, { recursive: true });

const ratio = sum(times.status) / sum(times.xargs);
const seconds = (all) => all.map((milliseconds) => (milliseconds / 1000).toFixed(1)).join(' ');
console.log(`${CLUSTERS} clusters, ${calls.length} calls of kops ${VERSION}, ${RUNS} run(s); Node ${process.version}`);
console.log(`xargs -P ${PARALLEL}, s: ${seconds(times.xargs)}`);
console.log(`status --all, s: ${seconds(times.status)}`);
console.log(`ratio: ${ratio.toFixed(2)} ${ratio <= 1.2 ? 'ok' : 'OVER'}: 1.20`);

/** One made by kops, the others copies of it under other names: kops keeps nothing that is made from the name but the name. */
async function makeClusters() {
  mkdirSync(join(folder, 'state'));
  const [first, ...others] = names;
  const channel = `--channel=file://${join(cache, `kops-${VERSION}`, 'channel')}`;
  const key = join(folder, 'id');
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const metal = ['--cloud=metal', '--zones=main', '--networking=cni', '--kubernetes-version=1.35.5'];
  const args = ['create', 'cluster', `--name=${first}`, ...metal, channel, `--ssh-public-key=${key}.pub`];
  await timed(kops, args, '');
  for (const name of others) copyAs(join(folder, 'state', first), join(folder, 'state', name), [first, name]);
}

function copyAs(from, to, [name, other]) {
  cpSync(from, to, { recursive: true });
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(name, other));
  }
}

/** What `update` asks for: the hash of any file. */
function startAssetsServer() {
  const hash = `${'0'.repeat(63)}1\n`;
  const listening = createServer((request, response) => {
    if (request.url.endsWith('.sha256')) response.end(hash);
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => listening.listen(0, '127.0.0.1', () => resolve(listening)));
}

/** A preview that fails would be quick. */
function checkRows({ clusters }) {
  const good = clusters.filter(({ update }) => update?.state === 'pending');
  if (good.length !== CLUSTERS) throw new Error(`status read ${good.length} of ${CLUSTERS} clusters`);
}

/** Not `spawnSync`: this process answers what kops asks for. */
function timed(file, args, input) {
  const start = process.hrtime.bigint();
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`));
      else resolve({ milliseconds: Number(process.hrtime.bigint() - start) / 1e6, stdout });
    });
  });
}

function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}
