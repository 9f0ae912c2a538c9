// Asks kOps' own nodeup whether instances come up, for random file assets, before and after our `enable`; see test/conformance/README.md.
//   node test/wide/nodeup.mjs [--runs 2000] [--seed 1] [--record FILE]
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judge, lintCluster, planEnable, readFacts } from '../../dist/index.mjs';
import { assetSet, placesOf, randomFrom, WEBHOOK } from './asset-sets.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    record: { type: 'string' },
  },
});
/** Rules about what nodeup can write; what else lint holds against a spec is not tried here. */
const PATH_RULES = ['asset-kops-file', 'path-clash', 'asset-path-clash', 'asset-base64', 'asset-mode'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const templates = readTemplates();
const program = buildOracle();
const random = randomFrom(Number(values.seed));
const cases = Array.from({ length: Number(values.runs) }, () => assetSet(random)).map((one) => ({
  ...one,
  ...enabled(one),
}));
const before = ask(cases.map(({ documents }) => documents));
const after = ask(cases.map(({ documents, planned }) => (planned ? [planned, ...documents.slice(1)] : documents)));
report(cases.map((one, index) => ({ ...one, before: before[index], after: after[index] })));

/** What lint says of a spec, and what `enable` makes of it: `planned` is null where it refuses. */
function enabled({ documents: [cluster, ...groups], ask: { policy, webhook, logPath } }) {
  const world = { cluster, groups, kopsVersion: '1.36.0' };
  const facts = readFacts(world);
  const told = lintCluster(cluster, facts);
  const options = {
    set: {},
    noLog: false,
    webhook: webhook ? { config: WEBHOOK } : {},
    ...(policy ? { policy: { origin: 'template', name: policy, source: templates[policy] } } : {}),
    ...(logPath ? { logPath } : {}),
  };
  const plan = planEnable(world, { ...options, templates, toolVersion: '0.1.0' });
  const { blocking } = judge(told, lintCluster(plan.after, facts), []);
  return { told, blocking, planned: blocking.length > 0 ? null : plan.after };
}

function report(all) {
  const isTold = ({ told }) => told.some(({ severity }) => severity === 'error');
  const up = all.filter((one) => one.before.ok);
  const broken = up.filter((one) => one.planned && !one.after.ok);
  const untold = all.filter((one) => !one.before.ok && !isTold(one));
  const wronglyTold = up.filter((one) => one.told.some(({ rule }) => PATH_RULES.includes(rule)));
  const wronglyRefused = up.filter(
    (one) => one.blocking.some(({ rule }) => PATH_RULES.includes(rule)) && !one.ask.logPath,
  );
  const done = all.filter(({ planned }) => planned);
  console.log(`${all.length} specs, seed ${values.seed}`);
  console.log(`came up before: ${up.length}; of these enabled: ${up.filter(({ planned }) => planned).length}`);
  console.log(`enabled in all: ${done.length}; come up then: ${done.filter((one) => one.after.ok).length}`);
  console.log(`came up before and do not after: ${broken.length}`);
  console.log(`do not come up, and lint finds no error: ${untold.length}`);
  console.log(`come up, and lint finds fault with a path: ${wronglyTold.length}`);
  console.log(`come up, and enable refuses for a path it could choose: ${wronglyRefused.length}`);
  for (const [what, list] of Object.entries({ broken, untold, wronglyTold, wronglyRefused }))
    list.slice(0, 8).forEach((one) => show(what, one));
  if (values.record) writeFileSync(values.record, `${JSON.stringify(all.map(recorded))}\n`);
  if (broken.length > 0 || untold.length > 0 || wronglyTold.length > 0) process.exitCode = 1;
}

function show(what, { documents, ask: asked, told, blocking, planned, before: was, after: is }) {
  const assets = documents.flatMap(({ metadata, spec }) =>
    (spec.fileAssets ?? []).map((asset) => [metadata.name, asset]),
  );
  console.log(`\n${what}: ${JSON.stringify({ was, is, asked })}`);
  console.log(`  ${JSON.stringify(documents[0].spec.kubeAPIServer)} ${documents[1].spec.image}`);
  for (const [owner, { content: _content, ...asset }] of assets) console.log(`  ${owner} ${JSON.stringify(asset)}`);
  for (const { rule, message } of planned ? told : blocking) console.log(`  ${rule}: ${message}`);
}

/** The verdicts, and where the plan puts things: while it puts them there, the verdict holds. */
function recorded({ documents, ask: asked, planned, before: was, after: is }) {
  return { documents, ask: asked, before: was.ok, plan: planned && placesOf(planned), after: planned ? is.ok : null };
}

/** The answers of nodeup's own code, one for each list of documents. */
function ask(specs) {
  const { stdout, status, error } = spawnSync(program, {
    input: specs.map((spec) => JSON.stringify(spec)).join('\n'),
    env: { ...process.env, TMPDIR: process.env['TMPDIR'] ?? '/dev/shm' },
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (error ?? status !== 0) throw error ?? new Error(`the oracle ended with ${status}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function buildOracle() {
  const built = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kops-audit', 'nodeup-oracle');
  execFileSync('go', ['build', '-o', built, '.'], { cwd: join(root, 'test/conformance/nodeup'), stdio: 'inherit' });
  return built;
}

function readTemplates() {
  const folder = join(root, 'templates/policies');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return Object.fromEntries(files.map((file) => [file.slice(0, -5), readFileSync(join(folder, file), 'utf8')]));
}
