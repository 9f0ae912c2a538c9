// Shows that the tests of the policy matcher would notice a mistake in it: makes one mistake at a time in a copy of the tree,
// runs the tests of that room, and tells how many noticed. Exits 1 if a mistake survives. Takes some minutes.
//   node scripts/mutate-matcher.mjs          node scripts/mutate-matcher.mjs WORD for the mutations whose line holds it
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['src', 'test', 'templates', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

// file under src/policy, what it says, what it is made to say
const MUTATIONS = [
  ['decide/decide.ts', 'user !== undefined && users.includes(user)', "users.includes(user ?? '')"],
  ['decide/decide.ts', 'user !== undefined && userGroups.some(', 'userGroups.some('],
  ['decide/decide.ts', 'userGroups.some(', 'userGroups.every('],
  ['decide/decide.ts', 'verbs.includes(verb)', "verbs.includes(verb || 'get')"],
  ['decide/decide.ts', "namespaces.includes(request.namespace ?? '')", "namespaces.includes(request.namespace || 'd')"],
  ['decide/decide.ts', '(request.isResourceRequest === true && namespaces', '(namespaces'],
  ['decide/decide.ts', 'isResource && resources.some(', 'resources.some('],
  ['decide/decide.ts', '!isResource && nonResourceURLs', 'nonResourceURLs'],
  ['decide/decide.ts', "group !== '*' && ", ''],
  ['decide/decide.ts', 'if (!isSet(resources)) return true;\n', ''],
  ['decide/decide.ts', "!resourceNames.includes(request.name ?? '')", '!resourceNames.includes(request.name!)'],
  ['decide/decide.ts', "name === '*' || name", 'name'],
  ['decide/decide.ts', 'subresource ? `${resource}/${subresource}` : resource', 'resource'],
  ['decide/decide.ts', 'subresource && name === `*/', 'name === `*/'],
  ['decide/decide.ts', 'return name === `${resource}/*`', 'return subresource !== "" && name === `${resource}/*`'],
  ['decide/decide.ts', "url.endsWith('*') && ", ''],
  ['decide/decide.ts', 'url.slice(0, -1)', 'url'],
  ['decide/decide.ts', ' && list.length > 0', ''],
  ['decide/decide.ts', '.findIndex(', '.findLastIndex('],
  ['decide/decide.ts', 'union(policy.omitStages, winner.omitStages)', '(winner.omitStages ?? [])'],
  ['decide/decide.ts', 'winner?.omitManagedFields ?? policy', 'policy'],
  ['decide/compile.ts', 'user === undefined ? -1 :', "user === undefined ? users.of('') :"],
  ['decide/compile.ts', 'if (user === undefined) return mask;', ''],
  ['decide/compile.ts', 'union(mask, its)', 'its'],
  ['decide/compile.ts', ' : -1;', ' : namespaces.of(namespace);'],
  ['decide/compile.ts', "text.replace(/^[^/]*\\/?/, '')", "text.replace(/^.*\\//, '')"],
  ['decide/compile.ts', " || (resourceClass === 0 && resource.includes('/'))", ''],
  ['decide/compile.ts', 'size > Number.MAX_SAFE_INTEGER || ', ''],
  ['decide/compile.ts', ' * names.size + names.of(name)', ''],
  ['decide/compile.ts', 'Math.clz32(word & -word)', 'Math.clz32(word)'],
  ['decide/compile.ts', 'rules.length / BITS', '(rules.length - 1) / BITS'],
  ['decide/compile.ts', 'to += wordsOf(policy.rules)', 'to += 1'],
  ['decide/decide.ts', "if (decision.level === 'None') return [];", ''],
  ['decide/decide.ts', 'request.user === undefined', '!request.user'],
  ['decide/decide.ts', "'log', ", ''],
  ['load/validate.ts', "url !== '*' && ", ''],
  ['load/validate.ts', 'url.slice(0, -1).includes', 'url.includes'],
  ['load/validate.ts', 'rule.namespaces?.length', 'false'],
  ['load/validate.ts', '!isAtLeast(kubernetesVersion, 36)', '!isAtLeast(kubernetesVersion, 37)'],
  ['load/validate.ts', 'name.length <= 253', 'name.length <= 254'],
  ['load/validate.ts', '|| entry.resources?.length', ''],
  ['load/validate.ts', 'policy.rules.length > 0', 'policy.rules.length >= 0'],
];

const folder = mkdtempSync(join(tmpdir(), 'kops-audit-mutate-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));

const chosen = MUTATIONS.filter((mutation) => mutation.join(' ').includes(process.argv[2] ?? ''));
for (const [file, before] of chosen) if (read(file).split(before).length !== 2) fail(`not once in ${file}: ${before}`);
for (const room of new Set(chosen.map(([file]) => roomOf(file)))) {
  const [failed] = runTests(room);
  if (failed) fail(`the tests of ${room} fail as it is: ${failed}`);
}
const survivors = chosen.filter((mutation) => !isKilled(mutation));
console.log(`${chosen.length - survivors.length} of ${chosen.length} killed`);
process.exitCode = survivors.length > 0 ? 1 : 0;

function isKilled([file, before, after]) {
  const text = read(file);
  writeFileSync(
    pathOf(file),
    text.replace(before, () => after),
  );
  const failed = runTests(roomOf(file));
  writeFileSync(pathOf(file), text);
  console.log(`${failed.length > 0 ? 'killed  ' : 'SURVIVED'}  ${file}: ${before.trim()} → ${after || '(nothing)'}`);
  if (failed.length > 0) console.log(`            by ${failed.length}, such as: ${failed[0]}`);
  return failed.length > 0;
}

/** Gives the tests that fail, those that compare with the real kube-apiserver first. */
function runTests(room) {
  const args = ['vitest', 'run', '--project', 'unit', '--reporter', 'json', `test/policy/${room}`];
  const run = spawnSync('npx', args, { cwd: folder, encoding: 'utf8', timeout: 120_000, maxBuffer: 2 ** 30 });
  const { stdout, stderr, signal } = run;
  if (signal) return ['taking for ever'];
  const start = stdout.indexOf('{"num');
  if (start < 0) fail(`vitest did not run: ${stderr}`);
  const { success, testResults } = JSON.parse(stdout.slice(start));
  if (success) return [];
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const names = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  if (names.length === 0) return ['a file that does not load'];
  return names.toSorted((a, b) => Number(b.includes('real evaluator')) - Number(a.includes('real evaluator')));
}

function roomOf(file) {
  return file.slice(0, file.indexOf('/'));
}

function pathOf(file) {
  return join(folder, 'src/policy', file);
}

function read(file) {
  return readFileSync(pathOf(file), 'utf8');
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
