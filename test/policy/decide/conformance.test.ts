import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../src/policy/decide/compile.ts';
import { decide, stagesWritten } from '../../../src/policy/decide/decide.ts';
import type { Decision, Policy, RequestAttributes } from '../../../src/policy/types.ts';
import { data, load, RECORDED, text, type Recorded } from './recorded.ts';
import { LOST, SERVER_POLICIES, SERVER_ROWS, serverPolicy, type ServerPolicy, type Trace } from './server.ts';

// All that the real kube-apiserver was recorded to decide; what it loads is in test/policy/load/decode.test.ts.
// `npx vitest run test/policy/decide/conformance.test.ts --reporter=verbose` lists the counts.
const COUNTS: [what: string, count: number][] = [
  ['random policies', 4800],
  ["the GCE policy under Kubernetes' own test", 618],
  ["the GCE policy and today's requests", 31],
  ['traps of one rule', 720],
];

const compiled = new Map<Policy, (request: RequestAttributes) => Decision[]>();
const EVALUATORS: [name: string, evaluate: (policy: Policy, request: RequestAttributes) => Decision][] = [
  ['decide', decide],
  ['compilePolicy', (policy, request) => compiledOf(policy)(request)[0]!],
];

function compiledOf(policy: Policy): (request: RequestAttributes) => Decision[] {
  const known = compiled.get(policy) ?? compilePolicy([policy]);
  compiled.set(policy, known);
  return known;
}

it('counts everything recorded', () => {
  expect(Object.entries(RECORDED).map(([what, rows]) => [what, rows.length])).toEqual(COUNTS);
  expect(SERVER_ROWS).toHaveLength(481);
});

describe.each(EVALUATORS)('%s agrees with the real evaluator', (_name, evaluate) => {
  it.each(COUNTS)('%s: %i of them', (what, count) => {
    const agreeing = RECORDED[what]!.filter((row) => {
      expect({ label: row.label, request: row.request, ...got(row) }).toEqual({
        label: row.label,
        request: row.request,
        ...sorted(row.expected),
      });
      return true;
    });
    expect(agreeing).toHaveLength(count);
  });

  function got({ policy, request, expected }: Recorded): Partial<Decision> {
    const decision = sorted(evaluate(policy, request));
    return Object.fromEntries(Object.entries(decision).filter(([key]) => key in expected));
  }
});

// The real evaluator keeps the stages in a map: they come in any order, and the vectors repeat some.
function sorted<T extends Partial<Decision>>(decision: T): T {
  const { omitStages } = decision;
  return omitStages ? { ...decision, omitStages: [...new Set(omitStages)].toSorted() } : decision;
}

describe.each(EVALUATORS)('%s and stagesWritten say what a running server writes', (_name, evaluate) => {
  it.each(SERVER_POLICIES)('of 481 requests under %s', (name) => {
    const policy = serverPolicy(name);
    for (const row of SERVER_ROWS) {
      const decision = evaluate(policy, row.request);
      const stages = stagesWritten(row.request, decision);
      const trace: Trace = stages.length === 0 ? null : { level: decision.level, stages };
      const left = LOST[name].includes(row.n) ? withoutLast(trace) : trace;
      expect({ n: row.n, uri: row.requestURI, trace: left }).toEqual({
        n: row.n,
        uri: row.requestURI,
        trace: row[name],
      });
    }
  });
});

function withoutLast(trace: Trace): Trace {
  const stages = trace?.stages.slice(0, -1) ?? [];
  return trace && stages.length > 0 ? { ...trace, stages } : null;
}

describe('the running server', () => {
  it('was sent the numbered requests', () => {
    const sent = data<{ n: number; auditID: string; path: string; status: number }[]>('samples/requests.json');
    const seen = SERVER_ROWS.map(({ n, auditID, requestURI, status }) => ({ n, auditID, path: requestURI, status }));
    expect(sent.map(({ n, auditID, path, status }) => ({ n, auditID, path, status }))).toEqual(seen);
  });

  it('ran the GCE policy of the other data', () => {
    expect(serverPolicy('gce')).toEqual(load(text('conformance/gce-policy.yaml')));
  });

  it('lost just the last events of three patches that are not JSON', () => {
    const traces = (name: ServerPolicy) =>
      LOST[name].map((n) => [n, SERVER_ROWS[n - 1]![name], SERVER_ROWS[n - 1]!.request.verb]);
    const received = { level: 'RequestResponse', stages: ['RequestReceived'] };
    expect(traces('requestresponse')).toEqual([
      [117, received, 'patch'],
      [182, received, 'patch'],
      [208, received, 'patch'],
    ]);
    expect(traces('gce')).toEqual([
      [117, null, 'patch'],
      [208, null, 'patch'],
    ]);
  });

  it('left 436 requests a trace under GCE, 252 at Metadata, 82 at Request, 102 at RequestResponse', () => {
    const levels = SERVER_ROWS.map(({ gce }) => gce?.level ?? 'None');
    const count = (level: string) => levels.filter((each) => each === level).length;
    expect(['None', 'Metadata', 'Request', 'RequestResponse'].map(count)).toEqual([45, 252, 82, 102]);
  });
});
