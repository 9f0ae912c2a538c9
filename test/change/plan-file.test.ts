import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePlan, planText, writePlan, type SavedPlan } from '../../src/change/plan-file.ts';

const PLAN: SavedPlan = {
  formatVersion: 1,
  command: 'enable',
  time: '2026-11-24T09:30:00.000Z',
  user: 'ann',
  host: 'desk',
  toolVersion: '0.1.0',
  kopsVersion: '1.36.0',
  subject: { type: 'cluster', cluster: 'm.k8s.local', stateStore: 's3://x' },
  operations: [
    { op: 'test', path: '/metadata/name', sha256: 'ab' },
    { op: 'test', path: '/spec/kubeAPIServer', sha256: null },
    { op: 'add', path: '/spec/kubeAPIServer', value: { auditLogPath: '-' } },
    { op: 'test', path: '/spec/fileAssets/0', sha256: 'ef' },
    { op: 'remove', path: '/spec/fileAssets/0' },
  ],
  specAfter: 'cd',
};

/** The text of a plan that is none, with a right checksum. */
function wrong(more: object): string {
  return planText({ ...PLAN, ...more } as SavedPlan);
}

const NAME_TEST = [{ op: 'test', path: '/metadata/name', sha256: 'ab' }];

function guarded(op: { op: string; path: string; value?: unknown }): object[] {
  return [{ op: 'test', path: op.path, sha256: 'ab' }, op];
}

/** What `sealOperations` never makes, each behind a right test where it can have one. */
const FORGED: readonly [string, ...object[]][] = [
  ['no test before a replace', { op: 'replace', path: '/spec/kubeAPIServer/auditLogPath', value: '-' }],
  ['no test before a removal', { op: 'remove', path: '/spec/fileAssets/0' }],
  [
    'a test of another place',
    { op: 'test', path: '/spec/kubeAPIServer', sha256: 'a' },
    { op: 'remove', path: '/spec/fileAssets/0' },
  ],
  ['a replaced file asset', ...guarded({ op: 'replace', path: '/spec/fileAssets/0/mode', value: '0777' })],
  ['another name', ...guarded({ op: 'replace', path: '/spec/fileAssets/0/name', value: 'x' })],
  [
    'a setting that is none of auditing',
    ...guarded({ op: 'add', path: '/spec/kubeAPIServer/anonymousAuth', value: true }),
  ],
  ['a key of the language', ...guarded({ op: 'add', path: '/spec/kubeAPIServer/__proto__', value: {} })],
  ['a key inside of a key', ...guarded({ op: 'add', path: '/spec/kubeAPIServer/auditLogPath/x', value: 1 })],
  ['an escaped slash', ...guarded({ op: 'add', path: '/spec/kubeAPIServer/audit~1x', value: 1 })],
  ['an escaped tilde', ...guarded({ op: 'add', path: '/spec/fileAssets/0/~0', value: 1 })],
  ['an escaped way round', ...guarded({ op: 'remove', path: '/spec~1kubeAPIServer' })],
  ['the place after the last', ...guarded({ op: 'remove', path: '/spec/fileAssets/-' })],
  ['a place with a zero before it', ...guarded({ op: 'remove', path: '/spec/fileAssets/00' })],
  ['another part of the spec', ...guarded({ op: 'replace', path: '/spec/kubeAPIServerX', value: 1 })],
  ['the name itself', ...guarded({ op: 'replace', path: '/metadata/name', value: 'x' })],
];

describe('the file of a plan', () => {
  it('gives the plan back', () => {
    expect(parsePlan(planText(PLAN), 'p')).toEqual(PLAN);
    const costed = { ...PLAN, replay: { log: { events: 3 }, policies: ['ab', null] } };
    expect(parsePlan(planText(costed), 'p')).toEqual(costed);
  });

  it.each([
    ['no JSON', 'x', 'is not a saved plan'],
    ['other JSON', '{"kind": "Plan"}', 'is not a saved plan'],
    ['half a file', planText(PLAN).slice(0, 400), 'is not a saved plan'],
    ['a changed letter', planText(PLAN).replace('auditLogPath', 'auditLogPatH'), 'is damaged: its checksum is wrong'],
    ['no checksum', planText(PLAN).replace(/"checksum.*\n/, ''), 'is damaged: its checksum is wrong'],
    ['a newer one', wrong({ formatVersion: 2 }), 'was saved by a newer kops-audit (format 2)'],
    ['no operations', wrong({ operations: null }), 'is damaged: it is incomplete'],
    ['an unknown operation', wrong({ operations: [{ op: 'move', path: '/a' }] }), 'is damaged: it is incomplete'],
    ['an open test', wrong({ operations: [{ op: 'test', path: '/a', value: 1 }] }), 'is damaged: it is incomplete'],
    [
      'a place that is not about auditing',
      wrong({ operations: [{ op: 'remove', path: '/spec' }] }),
      'is damaged: it is incomplete',
    ],
    ...FORGED.map(([what, ...operations]): [string, string, string] => [
      what,
      wrong({ operations: [...NAME_TEST, ...operations] }),
      'is damaged: it is incomplete',
    ]),
    ['no test of the name', wrong({ operations: PLAN.operations.slice(1) }), 'is damaged: it is incomplete'],
    ['a line break in a name', wrong({ user: 'ann\nNote: all is well' }), 'is damaged: it is incomplete'],
    ['a cost that is none', wrong({ replay: 'much' }), 'is damaged: it is incomplete'],
    ['no cluster', wrong({ subject: { type: 'cluster' } }), 'is damaged: it is incomplete'],
    ['an unknown command', wrong({ command: 'delete' }), 'is damaged: it is incomplete'],
  ])('is refused with %s', (_what, text, message) => {
    expect(() => parsePlan(text, 'p.plan')).toThrow(message);
  });
});

describe('saving', () => {
  let dir = '';
  const path = (): string => join(dir, 'a.plan');
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kops-audit-plan-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is for the owner alone, also over an older plan that is open to all', () => {
    writeFileSync(path(), planText({ ...PLAN, command: 'disable' }), { mode: 0o644 });
    writePlan(path(), PLAN);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(parsePlan(readFileSync(path(), 'utf8'), 'p')).toEqual(PLAN);
  });

  it('leaves any other file', () => {
    writeFileSync(path(), 'kind: Cluster\n');
    expect(() => writePlan(path(), PLAN)).toThrow('is not a saved plan, so it is not replaced');
    expect(readFileSync(path(), 'utf8')).toBe('kind: Cluster\n');
  });

  it('says why it cannot', () => {
    expect(() => writePlan(dir, PLAN)).toThrow('the plan cannot be saved: it is a directory');
    expect(() => writePlan(join(dir, 'no/a.plan'), PLAN)).toThrow('the plan cannot be saved: there is no such file');
    symlinkSync('loop', join(dir, 'loop'));
    expect(() => writePlan(join(dir, 'loop'), PLAN)).toThrow(
      'the plan cannot be saved: its symbolic links form a loop',
    );
  });
});
