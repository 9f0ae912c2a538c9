import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { layOut } from './example-scene.ts';

/** Each says all it has to say on a screen of any width, refusals too. */
const LINES: readonly string[] = [
  'policy list',
  'policy explain delete secrets/db -n prod --as alice',
  'policy explain delete secrets/db -n prod --as alice -v',
  'policy explain list pods -A --policy ./mine.yaml',
  'policy diff metadata gce',
  'policy diff kops ./new.yaml',
  'policy order gce --by most',
  'policy test -v --coverage bad.policy-test.yaml',
  'lint policy.yaml cluster.yaml bad.yaml',
  'lint policies/ --verbose',
  'status -f cluster.yaml',
  'enable -f cluster.yaml --dry-run',
  'enable prod.example.com.with.a.long.name --polic gec',
  'enable --policy https://example.com/a/policy.yaml -f cluster.yaml',
  'enable -f cluster.yaml --kops-version 1.18 --dry-run',
  'enable -f cluster.yaml --set readsLevel=Nothing --policy kops',
  'policy show kops --set nothing=1',
  'status --all --timeout 600h',
  'policy',
];

const BAD = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  verbs: [get, gte]
- level: Metadata
  resources: [{ group: apps, resources: [deployment, pods] }]
`;
const TEST = `policy: gce
cases:
- name: nobody reads a secret without being seen, whoever it is and wherever it is
  request: get secrets/db -n prod --as alice
  expect: RequestResponse
`;

let desk: string;
beforeAll(async () => {
  desk = await mkdtemp(join(tmpdir(), 'kops-audit-widths-'));
  await layOut(desk);
  await writeFile(join(desk, 'bad.yaml'), BAD);
  await writeFile(join(desk, 'bad.policy-test.yaml'), TEST);
});
afterAll(() => rm(desk, { recursive: true, force: true }));

/** What is shown as it is: one word, a line of a file with its number, and what is there to be pasted. */
const AS_IT_IS: readonly RegExp[] = [
  /^\s*(- )?\S+$/,
  /^\s*\d+  /,
  /^\s*(hint: |Fix: )?(kops|kops-audit|kubectl|curl) /,
  /^\s*(get|list|watch|create|update|patch|delete|deletecollection) \S+\/?\S* .*--as/,
];

describe.each([60, 80, 120])('at %i columns', (columns) => {
  it.each(LINES)('kops-audit %s has no line that is wider', async (line) => {
    const env = { PATH: '/nonexistent', HOME: join(desk, 'home'), COLUMNS: `${columns}` };
    const { stdout, stderr } = await runWarmCli(line.split(' '), { cwd: desk, env });
    // The policy itself is data, with the lines it has.
    const shown = line.startsWith('policy order') ? stderr : `${stdout}${stderr}`;
    expect(shown).not.toBe('');
    const isDiff = (each: string): boolean => line.endsWith('cluster.yaml --dry-run') && /^[-+ @]/.test(each);
    const wide = shown.split('\n').filter((each) => each.length > columns && !isDiff(each));
    expect(wide.filter((each) => !AS_IT_IS.some((form) => form.test(each)))).toEqual([]);
  });
});
