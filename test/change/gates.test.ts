import { describe, expect, it } from 'vitest';
import { fileGates, liveGates } from '../../src/change/gates.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import { prepareEnable } from '../../src/change/prepare.ts';
import type { LiveReading, LiveSteps } from '../../src/change/change.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { type Finding, wordsOf } from '../../src/lint/rule.ts';
import { cluster, group, GROUPS, options } from '../helpers/cluster.ts';
import { FOREIGN, UP_TO_DATE } from '../helpers/memory-kops.ts';
import { STEPS } from '../helpers/steps.ts';

function gates(
  reading: Partial<LiveReading>,
  steps: Partial<LiveSteps> = {},
  more: Pick<SpecChange, 'undoesPending'> = {},
): Finding[] {
  const whole: LiveReading = {
    cluster: cluster(),
    groups: [...GROUPS],
    kopsVersion: '1.36.0',
    lastApplied: '1.36.0',
    baseline: UP_TO_DATE,
    ...reading,
  };
  const { plan } = prepareEnable(whole, options(), readTemplates(), []);
  return liveGates(whole, { ...plan, ...more }, { ...STEPS, ...steps });
}

function found(reading: Partial<LiveReading>, steps: Partial<LiveSteps> = {}): string[] {
  return gates(reading, steps).map(({ rule, severity, fatal }) => `${severity} ${rule}${fatal ? ' fatal' : ''}`);
}

describe('liveGates', () => {
  it('has nothing to say on a good day, also where nobody knows the last release', () => {
    expect(found({})).toEqual([]);
    expect(found({ lastApplied: null })).toEqual([]);
  });

  it('refuses a kops older than the one that last updated the cluster, whatever the flags', () => {
    expect(found({ lastApplied: '1.36.1' }, { allowKopsUpgrade: true })).toEqual(['error kops-older fatal']);
  });

  it('wants --allow-kops-upgrade only where --yes would hide the upgrade', () => {
    const newer = { lastApplied: '1.35.9' };
    expect(found(newer)).toEqual(['warning kops-upgrade']);
    expect(found(newer, { yes: true })).toEqual(['error kops-upgrade']);
    expect(found(newer, { yes: true, allowKopsUpgrade: true })).toEqual(['warning kops-upgrade']);
    expect(found(newer, { yes: true, update: false })).toEqual(['warning kops-upgrade']);
  });

  it('says that a kops older than 1.24 cannot tell which release was last', () => {
    expect(found({ kopsVersion: '1.23.4', lastApplied: null })).toEqual(['info kops-last-unknown']);
    expect(found({ kopsVersion: '1.24.0', lastApplied: null })).toEqual([]);
    expect(found({ kopsVersion: '1.23.4', lastApplied: '1.23.4' })).toEqual([]);
  });

  it('warns of a kops newer than the table', () => {
    expect(found({ kopsVersion: '1.99.0', lastApplied: '1.99.0' })).toEqual(['warning kops-unknown']);
  });

  it("stops --yes at other people's changes, unless they are included", () => {
    expect(found({ baseline: FOREIGN })).toEqual(['warning pending-changes']);
    expect(found({ baseline: FOREIGN }, { yes: true })).toEqual(['error pending-changes']);
    expect(found({ baseline: FOREIGN }, { yes: true, includePending: true })).toEqual(['warning pending-changes']);
  });

  it('lets a rollback take back what was never applied', () => {
    const undoing = (undoesPending: 'all' | 'part'): string[] =>
      gates({ baseline: FOREIGN }, { yes: true }, { undoesPending }).map(
        (finding) => `${finding.severity} ${wordsOf(finding).message}`,
      );
    expect(undoing('all')).toEqual([]);
    expect(undoing('part')[0]).toMatch(/^error .* among them perhaps the one that is taken back: /);
  });

  it("names four of other people's changes, and counts the others", () => {
    const said = (names: string[]): string | undefined => {
      const changes = FOREIGN.changes.slice(0, 1).flatMap((change) => names.map((name) => ({ ...change, name })));
      return gates({ baseline: { ...FOREIGN, changes } }).map((finding) => wordsOf(finding).message)[0];
    };
    expect(said(['a', 'b', 'c', 'd'])).toMatch(/\/a, \S+\/b, \S+\/c, \S+\/d$/);
    expect(said(['a', 'b', 'c', 'd', 'e'])).toMatch(/\/d and 1 more$/);
    expect(said([])).toMatch(/not readable$/);
  });

  it('stops --yes before the only control-plane instance is rolled', () => {
    expect(found({}, { rollingUpdate: true })).toEqual(['warning api-downtime']);
    expect(found({}, { rollingUpdate: true, yes: true })).toEqual(['error api-downtime']);
    expect(found({}, { rollingUpdate: true, yes: true, allowApiDowntime: true })).toEqual(['warning api-downtime']);
    const three = ['a', 'b', 'c'].map((zone) => group(`control-plane-${zone}`, 'Master'));
    expect(found({ groups: three }, { rollingUpdate: true, yes: true })).toEqual([]);
  });

  it('warns where Terraform manages the cluster and was not asked for', () => {
    const managed = { cluster: cluster({ target: { terraform: {} } }) };
    expect(found(managed)).toEqual(['warning terraform-target']);
    expect(found(managed, { target: 'terraform' })).toEqual([]);
    expect(found(managed, { target: 'direct' })).toEqual([]);
  });
});

describe('fileGates', () => {
  it('says what cannot be judged without the instance groups', () => {
    const reading = { cluster: cluster(), groups: [], kopsVersion: null };
    const { plan } = prepareEnable(reading, options(), readTemplates(), []);
    expect(fileGates(reading, plan).map(({ rule }) => rule)).toEqual(['groups-unknown']);
    expect(fileGates(reading, plan).map(({ args }) => args)).toEqual([{ none: true }]);
  });
});
