// How long a decision takes: `decide`, `compilePolicy`, and the evaluator of kube-apiserver, which Go builds (`test/conformance/oracle`; without
// Go its column stays empty). Alone: npm run build && node test/bench/decisions.mjs     RUNS=21 for more rounds, DECISIONS=1000000 for longer ones
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { cacheFolder } from '../e2e/npm-cache.mjs';

const DECISIONS = Number(process.env.DECISIONS ?? 40_000);
const MOST_COMPILE_MS = 2000;
const read = (file) => readFileSync(new URL(file, import.meta.url));

/** Prints them, in rounds that are interleaved; gives how many budgets were passed. Throws where two do not decide the same. */
export async function benchDecisions(rounds) {
  const ours = await import('../../dist/index.mjs');
  const oracle = buildOracle();
  console.log(`\n${DECISIONS} decisions a round, ${rounds} rounds: ns of a processor each, the median and the least`);
  console.log(row('', 'decide', 'compiled', 'Go', 'of Go', 'budget'));
  let missed = 0;
  for (const [name, policies, requests] of casesOf(ours)) {
    const go = oracle && (await askGo(oracle, policies, requests));
    const ways = [inTurn(policies, requests, ours.decide), inTurn(policies, requests, compiledBy(ours, policies))];
    if (go) ways.forEach((way) => mustBeSame(name, way.levels(), go.levels));
    const times = [...ways, ...(go ? [go] : [])].map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [at, way] of [...ways, ...(go ? [go] : [])].entries()) times[at].push((await way.time()) / DECISIONS);
    }
    go?.end();
    const ratio = go && median(times[1].map((time, round) => time / times[2][round]));
    if (ratio > 1) missed++;
    console.log(row(name, ...[0, 1, 2].map((at) => told(times[at])), ratio?.toFixed(2) ?? '', verdict(ratio, 1)));
  }
  return missed + benchCompile(ours);
}

/** Name, policies that are asked in turn, requests that are asked about in turn. */
function casesOf({ loadPolicy, requestOf }) {
  const lines = gunzipSync(read('../samples/audit-controllers.log.gz')).toString('utf8').split('\n').filter(Boolean);
  const requests = lines.map((line) => requestOf(JSON.parse(line)));
  const { policy: gce } = loadPolicy(read('../conformance/gce-policy.yaml').toString('utf8'));
  const recorded = JSON.parse(read('../conformance/policy-vectors.json'));
  const random = recorded.policies.map(({ yaml }) => loadPolicy(yaml).policy);
  return [
    [`GCE policy, ${gce.rules.length} rules, a log`, [gce], requests],
    ['40 rules, a log', [{ rules: [...controllerRules(40 - gce.rules.length), ...gce.rules] }], requests],
    // One request less: a prime number of them, so that each policy meets each.
    ['1,000 policies in turn', alike(random, 1000), recorded.cases.slice(1).map(([, request]) => asLogged(request))],
    ['1,000 × GCE in turn, a log', alike([gce], 1000), requests],
  ];
}

/** With all keys, as one program makes them. */
function asLogged({ user, groups, verb, isResourceRequest, namespace, apiGroup, resource, subresource, name, path }) {
  return { user, groups, verb, isResourceRequest, namespace, apiGroup, resource, subresource, name, path };
}

/** Policies in memory of their own, each with the rules in another order than the one before it. */
function alike(policies, count) {
  return Array.from({ length: count }, (_, at) => {
    const { rules, ...rest } = structuredClone(policies[at % policies.length]);
    const first = Math.floor(at / policies.length) % rules.length;
    return { ...rest, rules: [...rules.slice(first), ...rules.slice(0, first)] };
  });
}

/** Rules as people write them who drop what they know: one controller, its verbs, its resources. */
function controllerRules(count) {
  return Array.from({ length: count }, (_, index) => ({
    level: 'None',
    users: [`system:serviceaccount:team-${index}:controller`],
    verbs: ['get', 'list', 'watch'],
    resources: [{ group: `team-${index}.example.com`, resources: ['widgets', 'widgets/status'] }],
  }));
}

function compiledBy({ compilePolicy }, policies) {
  const compiled = new Map(policies.map((policy) => [policy, compilePolicy([policy])]));
  const inOrder = [...compiled.values()];
  return (policy, request, at) => inOrder[at](request)[0];
}

/** Request i under policy i, as the Go program does it. */
function inTurn(policies, requests, decideOne) {
  const each = (take) => {
    let [policyAt, requestAt] = [0, 0];
    for (let decision = 0; decision < DECISIONS; decision++) {
      take(decideOne(policies[policyAt], requests[requestAt], policyAt));
      if (++policyAt === policies.length) policyAt = 0;
      if (++requestAt === requests.length) requestAt = 0;
    }
  };
  let last;
  return {
    levels: () => {
      const levels = [];
      each(({ level }) => levels.push(level));
      return levels;
    },
    time: () => {
      const start = process.cpuUsage();
      each((decision) => (last = decision));
      const { user, system } = process.cpuUsage(start);
      return last ? (user + system) * 1000 : NaN;
    },
  };
}

function buildOracle() {
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  const program = join(cacheFolder(), 'policy-oracle');
  const folder = fileURLToPath(new URL('../conformance/oracle', import.meta.url));
  execFileSync('go', ['build', '-o', program, '.'], { cwd: folder, stdio: 'inherit' });
  return program;
}

/** The program that was asked; it decides once for its levels, and again each time it is to be timed. */
async function askGo(oracle, policies, requests) {
  const child = spawn(oracle, ['-decide'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (line) => {
    child.stdin.write(`${line}\n`);
    return JSON.parse((await lines.next()).value);
  };
  const texts = policies.map((policy) =>
    Buffer.from(JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...policy })).toString('base64'),
  );
  const levels = await answer(JSON.stringify({ policies: texts, requests, decisions: DECISIONS }));
  return { levels, time: () => answer(''), end: () => child.stdin.end() };
}

function mustBeSame(name, ours, theirs) {
  const at = theirs.findIndex((level, decision) => level !== ours[decision]);
  if (at >= 0 || ours.length !== theirs.length)
    throw new Error(`${name}: decision ${at} is ${ours[at]} here and ${theirs[at]} in kube-apiserver`);
}

function benchCompile({ compilePolicy }) {
  const start = process.hrtime.bigint();
  compilePolicy([{ rules: controllerRules(10_000) }])({ user: 'someone', verb: 'get' });
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  const cells = ['', `${took.toFixed(0)} ms`, '', '', verdict(took, MOST_COMPILE_MS)];
  console.log(row('compile 10,000 rules', ...cells));
  return took > MOST_COMPILE_MS ? 1 : 0;
}

function told(times) {
  return times ? `${median(times).toFixed(0)} / ${Math.min(...times).toFixed(0)}` : '';
}

function verdict(value, most) {
  if (value === undefined) return '';
  return `${value <= most ? 'ok' : 'OVER'}: ${most}`;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function row(name, ...cells) {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(13)).join('')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = (await benchDecisions(Number(process.env.RUNS ?? 11))) > 0 ? 1 : 0;
