import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isObject } from '../../src/json.ts';
import type { Policy } from '../../src/policy/types.ts';
import { type Suggestion, withRules } from '../../src/replay/suggest/suggest.ts';
import { suggestionsJson, type SuggestionsResult, suggestionsText } from '../../src/report/suggestions.ts';
import { plainStyle } from '../../src/report/text.ts';
import { ROOT } from '../docs/markdown.ts';

const POLICY: Policy = { rules: [{ level: 'Metadata' }] };
const LEASES: Suggestion = {
  title: 'Leases of kubelets',
  rule: {
    level: 'None',
    userGroups: ['system:nodes'],
    verbs: ['update'],
    resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }],
  },
  before: 1,
  now: 'Metadata',
  saves: { events: 2010, bytes: 512 * 1024 },
  denied: 1,
  failed: 3,
  risk: 'high',
};
const FOUND: SuggestionsResult = {
  log: {
    files: 1,
    events: 9000,
    bytes: 3 * 1024 * 1024,
    from: 0,
    to: 3600e6,
    damaged: { cut: 1, nul: 0, corrupt: 2, foreign: 0, unfinished: 1 },
    merged: 0,
    duplicates: 0,
  },
  timeline: { width: 60e6, spans: [] },
  name: 'mine.yaml\x1b',
  before: POLICY,
  policy: withRules(POLICY, [LEASES]),
  list: [LEASES],
  now: { events: 8000, bytes: 2 * 1024 * 1024 },
  after: { events: 5990, bytes: 1536 * 1024 },
  spared: { events: 400, bytes: 1024 * 1024 },
  riskier: [],
  amount: { underRecorded: 0, unseenBeginnings: 0 },
  lineOf: () => 7,
  minShare: 1,
  maxRisk: 'high',
};

const GAP: SuggestionsResult['timeline'] = {
  width: 3600e6,
  spans: [0, 0, 9].map((events, at) => ({ from: at * 3600e6, log: { events, bytes: events }, policies: [] })),
};

function textOf(result: Partial<SuggestionsResult>): string {
  return suggestionsText({ ...FOUND, ...result }, { style: plainStyle, columns: 200 });
}

it('tells of each rule what it saves, what it hides, and how bad that can be', () => {
  expect(textOf({})).toBe(`mine.yaml\\x1b keeps 2.0 MiB of this log, 48.0 MiB a day.
50.0 % of that is never left out: people, logins that failed, secrets, RBAC,
ways into containers.
One rule more makes that 1.5 MiB, 36.0 MiB a day: 75.0 % of it.

1. Leases of kubelets: saves 25.0 %
Saves  512.0 KiB, 12.0 MiB a day, 2,010 events
Hides  Updates of leases are recorded no longer, by the kubelets.
       Denials and errors among them too: in this log 1 denied, 2 failed
       otherwise.
Risk   high
Rule   Before rule 1 (line 7), which records them at Metadata now:

       - level: None
         userGroups: ["system:nodes"]
         verbs: [update]
         resources:
         - group: coordination.k8s.io
           resources: [leases]
`);
});

it.each([
  [{ list: [], log: { ...FOUND.log, events: 0 }, now: { events: 0, bytes: 0 } }, 'The log has no events.'],
  [{ list: [], now: { events: 0, bytes: 0 } }, 'mine.yaml\\x1b keeps nothing of it.'],
  [{ list: [] }, 'Nothing is suggested. Nothing saves 1 % of that and can safely be left out.'],
  [
    { riskier: [LEASES], maxRisk: 'low' as const },
    'One more saves 25.0 % at a risk above low: --max-risk high shows it.',
  ],
  [{ log: { ...FOUND.log, to: 60e6 } }, 'The log spans 60 s only: a day may be another.'],
  [{ timeline: GAP }, 'There is no event for 2 hours of the 3 hours that the log spans.'],
  [{ amount: { underRecorded: 2, unseenBeginnings: 0 } }, '2 events of the log were recorded at a lower level'],
  [{ amount: { underRecorded: 0, unseenBeginnings: 9 } }, 'The log has no RequestReceived events'],
])('says of %j what there is to say', (part, said) => {
  expect(textOf(part)).toContain(said);
});

it('gives all of it as JSON', () => {
  expect(suggestionsJson(FOUND)).toMatchObject({
    kind: 'PolicySuggestions',
    formatVersion: 1,
    log: { events: 9000, from: '1970-01-01T00:00:00.000Z', unreadable: 3, quietSeconds: 0 },
    policy: { bytes: 2097152, bytesPerDay: 50331648 },
    changed: { bytes: 1572864 },
    suggestions: [
      {
        risk: 'high',
        before: 1,
        line: 7,
        was: 'Metadata',
        rule: { ...LEASES.rule },
        saves: { events: 2010, bytes: 524288, bytesPerDay: 12582912, share: 0.25 },
        hides: { effects: ['Updates of leases are recorded no longer, by the kubelets.'], denied: 1, failed: 3 },
      },
    ],
  });
});

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...(key === 'rule' ? [] : keysOf(inner))]);
}

it('has no field that the page does not tell', () => {
  const page = readFileSync(join(ROOT, 'docs/what-will-it-cost.md'), 'utf8');
  const [, part = ''] = page.split('`-o json` has `kind: PolicySuggestions`');
  const [table = ''] = part.split('## ');
  const untold = keysOf(suggestionsJson(FOUND)).filter((key) => !new RegExp(`\\b${key}\\b`).test(table));
  expect(untold.filter((key) => key !== 'kind')).toEqual([]);
});
