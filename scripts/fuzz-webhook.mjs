// Changes webhook configs at random and asks the real loader about each: does src/cluster/webhook.ts give the same verdict?
//   node scripts/fuzz-webhook.mjs ORACLE [COUNT] [SEED]      ORACLE: the program of test/conformance/oracle
// Prints the configs that are judged otherwise, the shortest first, and exits 1 if there are any.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsdown';
import { parse, stringify } from 'yaml';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [oracle, count = '20000', seed = '1'] = process.argv.slice(2);
if (!oracle) throw new Error('usage: node scripts/fuzz-webhook.mjs ORACLE [COUNT] [SEED]');

const work = mkdtempSync(join(tmpdir(), 'fuzz-webhook-'));
async function main() {
  const webhookProblems = await loadOurs();
  const seeds = readSeeds();
  const files = writeFiles(seeds);
  const random = randomOf(Number(seed));
  const configs = Array.from({ length: Number(count) }, () => changed(seeds, random));
  const answers = askOracle(configs);
  const isRefused = (text) =>
    webhookProblems(text, (path) => lookUp(files, path)).some(({ rule }) => rule === 'webhook-unreadable');
  const different = configs
    .map((text, at) => ({ text, real: answers[at], ours: !isRefused(text) }))
    .filter(({ real, ours }) => real.ok !== ours)
    .toSorted((a, b) => a.text.length - b.text.length);
  for (const { text, real, ours } of different.slice(0, 40)) {
    console.log(
      `\n${JSON.stringify(text)}\n  real: ${real.ok ? 'taken' : real.error.slice(0, 300)}\n  ours: ${ours ? 'taken' : 'refused'}`,
    );
  }
  const taken = answers.filter(({ ok }) => ok).length;
  console.log(
    `${count} configs from seed ${seed}, ${taken} taken by the real loader, ${different.length} judged otherwise`,
  );
  return different.length > 0 ? 1 : 0;
}

async function loadOurs() {
  const outDir = join(work, 'ours');
  const entry = join(ROOT, 'src/cluster/webhook.ts');
  await build({
    entry: [entry],
    outDir,
    format: 'esm',
    platform: 'node',
    dts: false,
    clean: false,
    config: false,
    logLevel: 'error',
  });
  const [file] = readdirSync(outDir);
  const module = await import(pathToFileURL(join(outDir, file)).href);
  return module.webhookProblems;
}

function readSeeds() {
  const verdicts = JSON.parse(readFileSync(join(ROOT, 'test/conformance/webhook-config.json'), 'utf8'));
  const field = join(ROOT, 'test/fixtures/field');
  const specs = readdirSync(field, { recursive: true }).filter((name) => name.endsWith('.yaml'));
  const blocks = specs.flatMap((name) => embedded(readFileSync(join(field, name), 'utf8')));
  // Most changes spoil a config, so that one in three comes from those that are sound.
  const sound = verdicts.filter(({ ok }) => ok).map(({ config }) => config);
  const whole = [...blocks, ...OWN, ...sound.filter((text) => text.includes('-data:'))];
  return [...verdicts.map(({ config }) => config), ...sound, ...Array.from({ length: 15 }, () => whole).flat()];
}

/** The blocks of text in a spec that are kubeconfigs. */
function embedded(spec) {
  return [...spec.matchAll(/content: \|\n((?: +.*\n| *\n)+)/g)]
    .map(([, block]) => block.replaceAll(new RegExp(`^ {${/^ */.exec(block)[0].length}}`, 'gm'), ''))
    .filter((block) => /^kind: Config/m.test(block));
}

const OWN = [
  'apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters:\n- name: c\n  cluster:\n    server: https://x.example\n    certificate-authority: ca.pem\nusers:\n- name: u\n  user:\n    client-certificate: cert.pem\n    client-key: key.pem\n',
  'current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: "https://[::1]:443/p?q#f", proxy-url: "http://p:1"}}]\nusers: [{name: u, user: {tokenFile: token}}]\n',
  '{"current-context":"x","contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"clusters":[{"name":"c","cluster":{"server":"https://u:p@x/%41"}}],"users":[{"name":"u","user":{"exec":{"command":"a","apiVersion":"client.authentication.k8s.io/v1","interactiveMode":"Never","env":[{"name":"A","value":"b"}],"provideClusterInfo":true},"as":"a","as-groups":["b"]}}]}',
  'clusters: [{cluster: {server: http://x}}]\ncontexts: [{}]\nextensions: [{name: a, extension: {b: 1}}, {name: b}, {name: b, extension: 1}]\n',
];

/** The files that stand beside each config. */
function writeFiles(seeds) {
  const pair = parse(
    seeds.find((text) => /client-certificate-data: LS0/.test(text) && /client-key-data: LS0/.test(text)),
  );
  const user = pair.users[0].user;
  const plain = (key) => Buffer.from(user[key], 'base64').toString('utf8');
  const [certificate, key] = [plain('client-certificate-data'), plain('client-key-data')];
  const files = {
    'ca.pem': certificate,
    'cert.pem': certificate,
    'key.pem': key,
    token: 'abc\n',
    'no.pem': '# put the CA here\n',
    empty: '',
    blank: ' \n\n',
    'both.pem': `${certificate}\n${key}`,
  };
  mkdirSync(join(work, 'beside'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, 'beside', name), text);
  return files;
}

function lookUp(files, path) {
  const missing = { isThere: false, rule: 'webhook-unreadable', message: 'which is not there', mend: '' };
  const name = path.replace(/^(?:\.\/)+/, '');
  return Object.hasOwn(files, name) ? { isThere: true, texts: [files[name]] } : missing;
}

function askOracle(configs) {
  const input = configs.map((text) => `${Buffer.from(text).toString('base64')}\n`).join('');
  const run = spawnSync(oracle, ['-webhook', join(work, 'beside')], { input, maxBuffer: 2 ** 30, env: { HOME: work } });
  const answers = run.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  if (answers.length !== configs.length) throw new Error(`the oracle ended early: ${run.stderr.toString()}`);
  return answers;
}

/** Numbers from 0 up to below a bound, the same for the same seed (mulberry32). */
function randomOf(start) {
  let state = start >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound) => next() % bound;
  return { below, pick: (list) => list[below(list.length)] };
}

function changed(seeds, random) {
  let text = random.pick(seeds);
  const rounds = 1 + (random.below(2) && random.below(3));
  for (let round = 0; round < rounds; round++)
    text = random.below(2) ? changeText(text, seeds, random) : changeTree(text, random);
  return text;
}

const PIECES = [
  ...'\n\t :-?,[]{}#&*!|>\'"%@`~0123456789=+/.\\'.split(''),
  '\n- ',
  ': ',
  ' #',
  '|\n ',
  '>-\n ',
  '&a ',
  '*a',
  '!!str ',
  '!!binary ',
  '!!int ',
  '<<: ',
  '---\n',
  '...\n',
  '\r\n',
  '\u00e9',
  '\u{1F512}',
  '\\n',
  'null',
  'true',
  'no',
  '1.5',
  '0x1f',
  '1e400',
  '""',
  "''",
  '[]',
  '{}',
  '- a\n',
  'https://',
  '//',
  ':443',
  '%25',
  '%41',
  '%zz',
  '[::1]',
  '@',
  '=',
  '==',
  'Kind: Config\n',
  'kind: Config\n',
  'apiVersion: /v1\n',
  'apiVersion: v2\n',
  'users: []\n',
  'LS0t',
  '-----BEGIN CERTIFICATE-----',
];

function changeText(text, seeds, random) {
  const at = random.below(text.length + 1);
  const length = random.below(4) ? random.below(4) : random.below(40);
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at + 1 + random.below(3));
    case 3:
      return moveLine(text, random);
    default:
      return text.slice(0, at) + random.pick(seeds).slice(at);
  }
}

function moveLine(text, random) {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(random.below(lines.length), 1);
  if (random.below(2)) lines.splice(random.below(lines.length + 1), 0, line);
  if (random.below(2)) lines.splice(random.below(lines.length + 1), 0, line);
  return lines.join('\n');
}

const VALUES = [
  null,
  '',
  ' ',
  0,
  5,
  -1,
  1.5,
  300,
  true,
  false,
  [],
  {},
  ['a'],
  [1, 2],
  [null],
  [{}],
  { a: 'b' },
  { a: ['b'] },
  'str',
  'u',
  'c',
  'x',
  'v1',
  'Config',
  'yes',
  '1',
  '0x10',
  'https://x',
  'http://x',
  'HTTPS://x.example:443/a',
  'https://x:',
  'https://x:1:2',
  'x:443',
  'https://[::1%25e]/a',
  'https://[fe80::1',
  'https://a b/',
  'https://a%20b/',
  'https://a%C3%A9/',
  'https://x/%',
  'https://x/p?%zz#%zz',
  'https://x#%zz',
  'ftp://x',
  'unix:///x',
  'https:x',
  'https:/',
  'https:',
  '//x',
  '/p',
  'x/p',
  '*',
  '?',
  '#',
  'https://u:p@x',
  'https://u p@x',
  'https://u@',
  'socks5://p',
  'SOCKS5://p',
  'proxy:8080',
  ':8080',
  'http://',
  'ca.pem',
  './cert.pem',
  'key.pem',
  'token',
  'no.pem',
  'empty',
  'blank',
  'both.pem',
  'absent.pem',
  'YQ==',
  'YQ',
  'YQ=',
  'Y Q==',
  'YQ==\n',
  '====',
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
  'client.authentication.k8s.io/v1alpha1',
  'Never',
  'Always',
];

const KEYS = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
  'disable-compression',
  'extensions',
  'extension',
  'name',
  'cluster',
  'user',
  'context',
  'namespace',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
  'username',
  'password',
  'auth-provider',
  'exec',
  'config',
  'command',
  'args',
  'env',
  'value',
  'apiVersion',
  'installHint',
  'provideClusterInfo',
  'interactiveMode',
  'clusters',
  'contexts',
  'users',
  'current-context',
  'preferences',
  'colors',
  'kind',
  'Kind',
  'KIND',
  'ApiVersion',
  '\u212Aind',
  'Server',
  'other',
];

function changeTree(text, random) {
  let tree;
  try {
    tree = parse(text, { uniqueKeys: false, logLevel: 'silent' });
  } catch {
    return text;
  }
  const spots = spotsOf(tree);
  if (spots.length === 0) return text;
  for (let times = 1 + random.below(3); times > 0; times--) change(random.pick(spots), spots, random);
  try {
    return random.below(3) ? stringify(tree, { lineWidth: 0 }) : JSON.stringify(tree, null, random.below(3));
  } catch {
    return text;
  }
}

/** Every map and list of a tree. */
function spotsOf(tree) {
  if (typeof tree !== 'object' || tree === null) return [];
  return [tree, ...Object.values(tree).flatMap(spotsOf)];
}

function change(spot, spots, random) {
  const value = random.below(4) ? random.pick(VALUES) : structuredClone(random.pick(spots));
  if (Array.isArray(spot)) {
    const at = random.below(spot.length + 1);
    spot.splice(at, random.below(2), random.below(2) ? value : structuredClone(random.pick(spot) ?? value));
    return;
  }
  const present = Object.keys(spot);
  const key = random.below(2) && present.length > 0 ? random.pick(present) : random.pick(KEYS);
  if (random.below(5)) spot[key] = value;
  else delete spot[key];
}

try {
  process.exitCode = await main();
} finally {
  rmSync(work, { recursive: true });
}
