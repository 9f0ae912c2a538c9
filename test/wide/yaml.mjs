// Asks the real go-yaml about random texts: does src/yaml read them as it does? See test/conformance/README.md.
//   node test/wide/yaml.mjs [--runs 100000] [--seed 1] [--oracle PROGRAM]
// Each thousand texts have a seed of their own. Prints the texts that are read otherwise, the shortest first, and exits 1 if there are any.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'tsdown';
import { randomFrom } from './asset-sets.mjs';
import { randomBytes, readCorpus } from './yaml-texts.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    oracle: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const BATCH = 1000;

async function main() {
  const read = await loadOurs();
  const program = values.oracle ?? buildOracle();
  const corpus = readCorpus();
  const first = Number(values.seed);
  const batches = Math.ceil(Number(values.runs) / BATCH);
  const count = { taken: 0, refused: 0, different: 0 };
  const different = [];
  for (let seed = first; seed < first + batches; seed++) {
    const random = randomFrom(seed);
    const texts = Array.from({ length: BATCH }, () => randomBytes(random, corpus));
    for (const [at, real] of ask(program, texts).entries()) {
      count[real.ok ? 'taken' : 'refused']++;
      const why = difference(read, texts[at], real);
      if (why) different.push({ seed, at, bytes: texts[at], why });
    }
  }
  for (const one of different.toSorted((a, b) => a.bytes.length - b.bytes.length).slice(0, 40)) show(one);
  console.log(
    `${batches * BATCH} texts, seeds ${first} to ${first + batches - 1}: ${count.taken} taken by go-yaml, ${count.refused} refused, ${different.length} read otherwise by us`,
  );
  return different.length > 0 ? 1 : 0;
}

function show({ seed, at, bytes, why }) {
  console.log(
    `\nseed ${seed}, text ${at}: ${JSON.stringify(bytes.toString('utf8'))}\n  ${bytes.toString('base64')}\n  ${why}`,
  );
}

async function loadOurs() {
  const work = mkdtempSync(join(tmpdir(), 'yaml-ours-'));
  const entry = Object.fromEntries(
    ['bytes', 'read', 'decode'].map((name) => [name, join(root, `src/yaml/${name}.ts`)]),
  );
  const how = { format: 'esm', platform: 'node', dts: false, clean: false, config: false, logLevel: 'error' };
  await build({ entry, outDir: work, ...how });
  const load = (name) => import(pathToFileURL(join(work, `${name}.mjs`)).href);
  const [{ decodeBytes }, { readYaml }, { decodeYaml }] = await Promise.all([
    load('bytes'),
    load('read'),
    load('decode'),
  ]);
  rmSync(work, { recursive: true });
  return (bytes) => {
    const { text, wide } = decodeBytes(bytes);
    const { root: found, problem } = readYaml(text, wide);
    if (problem) return { problem };
    if (!found) return { value: { kind: 'null' }, duplicates: [] };
    const decoded = decodeYaml(found);
    return decoded.value.flaw ? { problem: decoded.value.flaw } : decoded;
  };
}

function buildOracle() {
  const built = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kops-audit', 'policy-oracle');
  execFileSync('go', ['build', '-o', built, '.'], { cwd: join(root, 'test/conformance/oracle'), stdio: 'inherit' });
  return built;
}

function ask(program, texts) {
  const input = texts.map((bytes) => `${bytes.toString('base64')}\n`).join('');
  const { stdout, status, error } = spawnSync(program, ['-yaml'], { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (error ?? status !== 0) throw error ?? new Error(`the oracle ended with ${status}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => ({ line, ...JSON.parse(line) }));
}

/** What we read otherwise; undefined where all is the same. */
function difference(read, bytes, real) {
  const ours = read(bytes);
  if (ours.problem)
    return real.ok ? `we refuse it: ${ours.problem.message}; go-yaml: ${JSON.stringify(real.json)}` : undefined;
  if (!real.ok) return `go-yaml refuses it: ${real.error}; we read ${JSON.stringify(plain(ours.value))}`;
  const strict = ours.duplicates.length === 0;
  if (strict !== real.strict) return `keys that stand twice: we see ${strict ? 'none' : 'some'}, go-yaml otherwise`;
  const [mine, theirs] = [written(plain(ours.value)), written(real.json)];
  return mine === theirs && hasItsIntegers(ours.value, real.line) ? undefined : `we read ${mine}; go-yaml ${theirs}`;
}

function plain(node) {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'map') return new Map(node.entries.map(({ key, value }) => [key, plain(value)]));
  if (node.kind === 'number') return Number(node.value);
  return node.kind === 'null' ? null : node.value;
}

// With the keys in order, as text: -0 is 0.
function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`).join()}}`;
}

// JSON.parse rounds what is beyond 53 bits: such an integer must stand in the answer as we have it.
function hasItsIntegers(node, line) {
  if (node.kind === 'list') return node.items.every((item) => hasItsIntegers(item, line));
  if (node.kind === 'map') return node.entries.every(({ value }) => hasItsIntegers(value, line));
  return node.kind !== 'number' || !/^-?\d{16,19}$/.test(node.value) || line.includes(node.value);
}

process.exitCode = await main();
