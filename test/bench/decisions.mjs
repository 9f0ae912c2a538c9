// Decisions per second of `decide` and `compilePolicy`, interleaved, about the requests of a genuine log.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const LOG = '../samples/audit-controllers.log.gz';
const GCE = '../conformance/gce-policy.yaml';
const REPEATS = 10;
const AIM = 2;
const MOST_COMPILE_MS = 2000;

/** Prints them, each the median of some rounds. */
export async function benchDecisions(rounds) {
  const { compilePolicy, decide, loadPolicy, requestOf } = await import('../../dist/index.mjs');
  const lines = gunzipSync(read(LOG)).toString('utf8').split('\n').filter(Boolean);
  const requests = lines.map((line) => requestOf(JSON.parse(line)));
  const { policy: gce } = loadPolicy(read(GCE).toString('utf8'));
  console.log(`\n${requests.length} requests of a log, ${REPEATS} times a round`);
  console.log(row('decisions a second', 'decide', 'compiled', 'ratio', 'aim'));
  for (const [name, policy] of [
    ['GCE policy, 17 rules', gce],
    ['40 rules', { rules: [...controllerRules(40 - gce.rules.length), ...gce.rules] }],
  ]) {
    const compiled = compilePolicy([policy]);
    const [slow, fast] = compare(rounds, requests, [(request) => decide(policy, request), compiled]);
    console.log(
      row(name, million(slow), million(fast), (fast / slow).toFixed(1), verdict(fast / slow >= AIM, `× ${AIM}`)),
    );
  }
  const start = process.hrtime.bigint();
  compilePolicy([{ rules: controllerRules(10_000) }])(requests[0]);
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  console.log(
    row(
      'compile 10,000 rules',
      '',
      '',
      `${took.toFixed(0)} ms`,
      verdict(took <= MOST_COMPILE_MS, `${MOST_COMPILE_MS} ms`),
    ),
  );
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

/** How many calls a second each function makes. */
function compare(rounds, requests, functions) {
  const times = functions.map(() => []);
  for (let round = 0; round < rounds; round++)
    functions.forEach((call, index) => times[index].push(seconds(call, requests)));
  return times.map((each) => (REPEATS * requests.length) / each.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]);
}

function seconds(call, requests) {
  const start = process.hrtime.bigint();
  for (let repeat = 0; repeat < REPEATS; repeat++) for (const request of requests) call(request);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function read(file) {
  return readFileSync(new URL(file, import.meta.url));
}

function million(perSecond) {
  return `${(perSecond / 1e6).toFixed(2)} M`;
}

function verdict(isOk, aim) {
  return `${isOk ? 'ok' : 'MISSED'}: ${aim}`;
}

function row(name, ...cells) {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}`;
}
