// Shows that the tests of the rooms that guard a promise would notice a mistake: makes one at a time in a copy of the tree, by
// operator (a comparison turned, a condition negated, a statement left out, …), runs the tests of the file, and tells which
// mistakes they noticed. What the compiler refuses counts as noticed. Exits 1 where one survived that is not argued below.
//   node scripts/mutate.mjs [ROOM|FILE …] [--sample N] [--seed N] [--all] [--list]
// Of each room a sample is taken (15, the same for the same seed); --list only prints it. Takes some seconds a mutation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { ARGUED } from './mutate-argued.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['src', 'test', 'templates', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'README.md'];

/** Which files hold what may not break, and the tests that hold them, in steps: the next are run where the ones before pass. */
const ROOMS = {
  matcher: [{ files: ['src/policy/decide/'], tests: [['test/policy/decide/decide.test.ts'], ['test/policy/decide']] }],
  gates: [{ files: ['src/change/gates.ts'], tests: [['test/change/gates.test.ts'], ['test/change']] }],
  write: [
    { files: ['src/input/write.ts'], tests: [['test/input/write-file.test.ts'], ['test/change']] },
    {
      files: ['src/change/run.ts', 'src/change/live-target.ts'],
      tests: [
        ['test/change/run.test.ts', 'test/change/live-target.test.ts', 'test/change/live-steps.test.ts'],
        ['test/change'],
        ['test/faults'],
      ],
    },
  ],
  masking: [
    { files: ['src/report/mask.ts'], tests: [['test/report/mask.test.ts'], ['test/report'], ['test/leaks']] },
    { files: ['src/report/mask-spec.ts'], tests: [['test/report/mask-spec.test.ts'], ['test/report'], ['test/leaks']] },
    {
      files: ['src/report/mask-preview.ts'],
      tests: [['test/report/mask-preview.test.ts'], ['test/report'], ['test/leaks']],
    },
  ],
  fix: [{ files: ['src/lint/fix/'], tests: [['test/lint/fix'], ['test/lint/policy/fixes.test.ts']] }],
  placement: [
    {
      files: ['src/cluster/placement.ts', 'src/cluster/paths.ts'],
      tests: [['test/cluster/placement.test.ts'], ['test/cluster', 'test/lint/field-paths.test.ts']],
    },
    {
      files: ['src/cluster/kops-releases.ts'],
      tests: [['test/cluster/kops-releases.test.ts'], ['test/cluster/placement.test.ts', 'test/cluster/plan.test.ts']],
    },
  ],
};

const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

// What an operator makes of a node: the texts that may stand there instead.
const OPERATORS = [
  { name: 'comparison', of: (node) => binary(node, COMPARISONS) },
  { name: 'and/or', of: (node) => binary(node, { '&&': ['||'], '||': ['&&'], '??': ['&&'] }) },
  { name: 'arithmetic', of: (node) => binary(node, { '+': ['-'], '-': ['+'], '*': ['+'], '&': ['|'], '|': ['&'] }) },
  { name: 'condition', of: (node) => (isCondition(node) ? [`!(${node.getText()})`] : []) },
  { name: 'number', of: (node) => (ts.isNumericLiteral(node) ? [`(${node.text} + 1)`, `(${node.text} - 1)`] : []) },
  { name: 'string', of: (node) => (isWord(node) ? ["''"] : []) },
  { name: 'boolean', of: (node) => opposite(node) },
  { name: 'array', of: (node) => (ts.isArrayLiteralExpression(node) ? withoutEach(node) : []) },
  { name: 'call', of: (node) => otherCalls(node) },
  { name: 'statement', of: (node) => (isDroppable(node) ? [';'] : []) },
  { name: 'early return', of: (node) => (ts.isBlock(node) ? earlyReturns(node) : []) },
];

const COMPARISONS = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
};

function binary(node, table) {
  if (!ts.isBinaryExpression(node)) return [];
  const others = table[node.operatorToken.getText()] ?? [];
  return others.map((other) => `(${node.left.getText()} ${other} ${node.right.getText()})`);
}

function isCondition(node) {
  const { parent } = node;
  return (
    ((ts.isIfStatement(parent) || ts.isWhileStatement(parent)) && parent.expression === node) ||
    (ts.isConditionalExpression(parent) && parent.condition === node)
  );
}

// What has a blank is wording, which other tests hold.
function isWord(node) {
  return ts.isStringLiteral(node) && /^\S+$/.test(node.text) && node.parent.name !== node;
}

function opposite(node) {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false'];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true'];
  return ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken
    ? [node.operand.getText()]
    : [];
}

function withoutEach({ elements }) {
  const texts = elements.map((element) => element.getText());
  const shorter = texts.map((_, place) => `[${texts.toSpliced(place, 1).join(', ')}]`);
  return texts.length > 1 ? ['[]', ...shorter] : shorter;
}

const OTHER_METHODS = {
  some: 'every',
  every: 'some',
  find: 'findLast',
  findIndex: 'findLastIndex',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
};
const LEFT_OUT = /^(filter|toSorted|toReversed|slice|trim\w*|replace|replaceAll|toLowerCase|concat|union|flat)$/;

function otherCalls(node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression: object, name } = node.expression;
  const call = node.getText();
  const other = Object.hasOwn(OTHER_METHODS, name.text) ? OTHER_METHODS[name.text] : undefined;
  const at = name.getStart() - node.getStart();
  return [
    ...(other === undefined ? [] : [`${call.slice(0, at)}${other}${call.slice(at + name.text.length)}`]),
    ...(LEFT_OUT.test(name.text) ? [object.getText()] : []),
  ];
}

function isDroppable(node) {
  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node) || ts.isContinueStatement(node)) return true;
  return ts.isIfStatement(node) && node.elseStatement === undefined;
}

const EARLY = { void: ['return;'], boolean: ['return true;', 'return false;'], string: ["return '';"] };

function earlyReturns(block) {
  const type = block.parent.type?.getText().replace(/^Promise<(.*)>$/, '$1');
  if (type === undefined || !ts.isFunctionLike(block.parent)) return [];
  const returns = EARLY[type] ?? [
    ...(/(^readonly )|\[\]$/.test(type) ? ['return [];'] : []),
    ...(type.endsWith('| undefined') ? ['return undefined;'] : []),
    ...(type.endsWith('| null') ? ['return null;'] : []),
  ];
  return returns.map((early) => `{ ${early} ${block.getText().slice(1)}`);
}

/** Every mutation of a file, in the order of the text. */
function mutationsOf(file) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    for (const { name, of } of OPERATORS) {
      for (const after of of(node)) found.push({ file, operator: name, ...place(node), before: node.getText(), after });
    }
    ts.forEachChild(node, visit);
  };
  const place = (node) => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart());
    const lineText = text.split('\n')[line].trim();
    return { start: node.getStart(), end: node.end, line: line + 1, column: character + 1, lineText };
  };
  ts.forEachChild(source, visit);
  return found.filter(({ before, after }) => before !== after);
}

/** So many of them, drawn with a seed, in the order of the text. */
function drawn(all, count, seed) {
  const random = randomFrom(seed);
  const picked = all.map((mutation, at) => ({ mutation, at, key: random() }));
  return picked
    .toSorted((one, other) => one.key - other.key)
    .slice(0, count)
    .toSorted((one, other) => one.at - other.at)
    .map(({ mutation }) => mutation);
}

// mulberry32
function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}

/** The change in one line, without what stays the same at both ends. */
function changeText({ before, after }) {
  const [from, to] = [before, after].map((text) => text.replace(/\s+/g, ' '));
  if (from.length <= 70 && to.length <= 70) return `${from} → ${to}`;
  let same = 0;
  while (same < Math.min(from.length, to.length) && from[same] === to[same]) same += 1;
  const start = Math.max(0, same - 20);
  return `${start > 0 ? '…' : ''}${from.slice(start, start + 60)}… → ${start > 0 ? '…' : ''}${to.slice(start, start + 60)}…`;
}

const folder = mkdtempSync(join(tmpdir(), 'kops-audit-mutate-'));
process.on('exit', () => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

async function main() {
  const rooms = Object.entries(ROOMS).flatMap(([name, room]) => chosen(name, room));
  if (rooms.length === 0) fail(`no such room or file; rooms are ${Object.keys(ROOMS).join(', ')}`);
  if (flags.list) {
    for (const { mutations } of rooms) for (const mutation of mutations) console.log(lineOf(mutation));
    return;
  }
  copyTree();
  const results = [];
  for (const room of rooms) results.push(await runRoom(room));
  summarize(results);
  process.exitCode = results.some(({ survived }) => survived.length > 0) ? 1 : 0;
}

function chosen(name, groups) {
  const all = groups.flatMap(({ files, tests }) => files.flatMap(filesAt).map((file) => ({ file, tests })));
  const named = wanted.length === 0 || wanted.includes(name) ? all : all.filter(({ file }) => wanted.includes(file));
  if (named.length === 0) return [];
  const mutations = named.flatMap(({ file, tests }) => mutationsOf(file).map((mutation) => ({ ...mutation, tests })));
  const picked = flags.all ? mutations : drawn(mutations, Number(flags.sample), Number(flags.seed));
  return [{ name, of: mutations.length, mutations: picked }];
}

// What ends in a slash is a folder with all below it.
function filesAt(path) {
  if (!path.endsWith('/')) return [path];
  const inside = readdirSync(join(ROOT, path), { recursive: true }).filter((name) => name.endsWith('.ts'));
  return inside.toSorted().map((name) => `${path}${name}`);
}

function copyTree() {
  for (const name of COPIED) {
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

async function runRoom({ name, mutations, of }) {
  const counts = { killed: 0, types: 0, timeout: 0, argued: 0 };
  const survived = [];
  for (const mutation of mutations) {
    const verdict = await verdictOn(mutation);
    if (verdict === 'SURVIVED') survived.push(mutation);
    else counts[verdict] += 1;
    console.log(`${verdict.padEnd(9)} ${lineOf(mutation)}`);
  }
  return { name, of, tried: mutations.length, ...counts, survived };
}

async function verdictOn(mutation) {
  if (whyEqual(mutation) !== undefined) return 'argued';
  const limit = await limitFor(mutation.tests);
  const path = join(folder, mutation.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, mutation.start) + mutation.after + text.slice(mutation.end));
  const result = await runSteps(mutation.tests, limit);
  const verdict = result === 'passed' ? ((await typesFail()) ? 'types' : 'SURVIVED') : result;
  writeFileSync(path, text);
  return verdict;
}

const limits = new Map();

/** How long the tests may take with a mistake in the tree. They must pass without one. */
async function limitFor(tests) {
  const start = Date.now();
  if (limits.has(tests)) return limits.get(tests);
  if ((await runSteps(tests, 600_000)) !== 'passed') fail(`these tests fail as it is: ${tests.flat().join(' ')}`);
  limits.set(tests, 20_000 + 5 * (Date.now() - start));
  return limits.get(tests);
}

function whyEqual({ file, lineText, before, after }) {
  return ARGUED.find(
    (entry) => entry.file === file && entry.line === lineText && entry.change === changeText({ before, after }),
  )?.why;
}

// One after the other, so that the first failure ends it.
const SPARING = ['--pool=threads', '--no-file-parallelism', '--reporter', 'dot'];

async function runSteps(steps, timeout) {
  for (const step of steps) {
    const result = await runTests(step, timeout);
    if (result !== 'passed') return result;
  }
  return 'passed';
}

async function runTests(tests, timeout) {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', '--project', 'mocks', '--bail', '1', ...SPARING, ...tests];
  const { status, signal } = await run(process.execPath, args, timeout);
  if (signal !== null) return 'timeout';
  return status === 0 ? 'passed' : 'killed';
}

async function typesFail() {
  const { status } = await run(join(folder, 'node_modules/.bin/tsc'), ['--noEmit', '-p', '.'], 120_000);
  return status !== 0;
}

let running;

async function run(program, args, timeout) {
  running = spawn(program, args, { cwd: folder, timeout, killSignal: 'SIGKILL', stdio: 'ignore' });
  const [status, signal] = await once(running, 'exit');
  return { status, signal };
}

function lineOf(mutation) {
  const { file, line, column, operator } = mutation;
  return `${file}:${line}:${column} ${operator}: ${changeText(mutation)}`;
}

function summarize(results) {
  console.log(`\n${row('room', 'possible', 'tried', 'by tests', 'by types', 'time out', 'argued', 'SURVIVED')}`);
  for (const { name, of, tried, killed, types, timeout, argued, survived } of results) {
    console.log(row(name, of, tried, killed, types, timeout, argued, survived.length));
  }
  for (const mutation of results.flatMap(({ survived }) => survived)) {
    console.log(`\nSURVIVED ${lineOf(mutation)}\n         ${mutation.lineText}`);
  }
}

function row(name, ...cells) {
  return `${name.padEnd(12)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
await main();
