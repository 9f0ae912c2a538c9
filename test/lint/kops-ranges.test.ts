import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/cluster/facts.ts';
import { applyRules, CLUSTER_RULES } from '../../src/lint/lint-cluster.ts';
import { readPresentAudit } from '../../src/cluster/present.ts';
import { group, handMade, world } from '../helpers/cluster.ts';
import { told } from '../../src/lint/rule.ts';

// Told a second time, release by release instead of change by change, so that no mistake of the table in src is in here too.

/** Of each minor of kOps its last patch, and the oldest Kubernetes it runs: `apply_cluster.go` of every tag. */
const MINORS: readonly [minor: number, lastPatch: number, oldestKubernetes: number][] = [
  [19, 3, 11],
  [20, 3, 13],
  [21, 5, 15],
  [22, 6, 17],
  [23, 4, 18],
  [24, 5, 19],
  [25, 4, 20],
  [26, 6, 21],
  [27, 3, 22],
  [28, 7, 23],
  [29, 2, 24],
  [30, 4, 25],
  [31, 0, 25],
  [32, 4, 27],
  [33, 2, 27],
  [34, 3, 29],
  [35, 2, 29],
  [36, 2, 31],
  [37, 0, 31],
];

interface Release {
  name: string;
  order: number;
  runs: (kubernetesMinor: number, patch: number) => boolean;
  role: 'Master' | 'ControlPlane';
  hasApiServer: boolean;
  sees: (path: string) => boolean;
}

const RELEASES: readonly Release[] = MINORS.flatMap(([minor, lastPatch, oldest]) =>
  Array.from({ length: lastPatch + 1 }, (_, patch): Release => {
    const order = minor * 100 + patch;
    return {
      name: `1.${minor}.${patch}`,
      order,
      runs: (kubernetes, itsPatch) =>
        kubernetes >= oldest &&
        (kubernetes <= minor || (kubernetes === minor + 1 && itsPatch < patch) || minor === MINORS.at(-1)![0]),
      role: minor >= 26 ? 'ControlPlane' : 'Master',
      hasApiServer: minor >= 21,
      sees: (path) => {
        const directory = path.slice(0, path.lastIndexOf('/'));
        const isBelow = (root: string): boolean => `${directory}/`.startsWith(`${root}/`);
        if (minor <= 21) return isBelow('/srv/kubernetes');
        if (order < 2606) return isBelow('/srv/kubernetes/kube-apiserver');
        return order !== 2606 || directory !== '/srv/kubernetes/kube-apiserver';
      },
    };
  }),
);

/** Each minor, and patches for which that of kOps counts. */
const KUBERNETES = [
  ...Array.from({ length: 27 }, (_, at) => ({ minor: at + 11, patch: 0 })),
  ...[22, 26, 27, 31].map((minor) => ({ minor, patch: 3 })),
];
const ROLES = ['Master', 'ControlPlane', 'APIServer', 'Node'];
const ROLE_LISTS = Array.from({ length: 2 ** ROLES.length }, (_, bits) =>
  ROLES.filter((_role, at) => bits & (1 << at)),
);
const PATHS = [
  '/srv/kubernetes/audit.yaml',
  '/srv/kubernetes/assets/policy.yaml',
  '/srv/kubernetes/kube-apiserver/audit.yaml',
  '/srv/kubernetes/kube-apiserver/audit/policy.yaml',
  '/srv/kubernetes/kube-apiserver-audit/policy.yaml',
  '/etc/kubernetes/audit/policy.yaml',
  '/var/lib/audit/policy.yaml',
];

const RULES = CLUSTER_RULES.filter(({ id }) => id === 'policy-path' || id === 'policy-not-delivered');

interface Told {
  rule: string;
  message: string;
}

function findings(kubernetes: string, roles: readonly string[], path: string): Told[] {
  const spec = { ...handMade(path, { roles: [...roles] }), kubernetesVersion: kubernetes };
  const groups = [group('cp', 'Master'), group('api', 'APIServer'), group('nodes', 'Node')];
  const input = world(spec, { groups, kopsVersion: null });
  const facts = readFacts(input);
  const present = readPresentAudit(input.cluster, facts.distribution);
  return applyRules(RULES, { cluster: input.cluster, facts, present }).map(told);
}

/** The releases that a text names as ranges. */
function named(text: string): string[] {
  const ranges = [...text.matchAll(/kOps (1\.\d+\.\d+) (?:to before (1\.\d+\.\d+)|and later)/g)];
  expect(text).toMatch(/kOps 1\.\d/);
  const order = (version: string): number => Number(version.split('.')[1]) * 100 + Number(version.split('.')[2]);
  return RELEASES.flatMap((release) => {
    const isIn = ranges.some(([, from, to]) => order(from!) <= release.order && (!to || release.order < order(to)));
    return isIn ? [release.name] : [];
  });
}

function names(isBroken: (release: Release) => boolean): string[] {
  return RELEASES.filter(isBroken).map(({ name }) => name);
}

/** An error where a release breaks that runs this Kubernetes, naming all that break; else nothing. */
function expectTold(
  found: readonly Told[],
  rule: string,
  isBroken: (release: Release) => boolean,
  runs: (release: Release) => boolean,
): void {
  const wanted = RELEASES.some((release) => runs(release) && isBroken(release)) ? names(isBroken) : null;
  const messages = found.filter((each) => each.rule === rule).map(({ message }) => message);
  const of = messages.length === 0 ? null : [...new Set(messages.flatMap(named))].toSorted();
  expect(of).toEqual(wanted?.toSorted() ?? null);
}

describe('what is said of kOps releases is true, and said where one that runs the Kubernetes is among them', () => {
  it.each(PATHS)('of the path %s', (path) => {
    for (const { minor, patch } of KUBERNETES) {
      const found = findings(`1.${minor}.${patch}`, ROLES, path);
      expectTold(
        found,
        'policy-path',
        (release) => !release.sees(path),
        (release) => release.runs(minor, patch),
      );
    }
  });

  it.each(ROLE_LISTS.map((roles) => [roles]))('of the roles %j', (roles) => {
    for (const { minor, patch } of KUBERNETES) {
      const found = findings(`1.${minor}.${patch}`, roles, PATHS[3]!);
      const all = found.filter(({ rule }) => rule === 'policy-not-delivered');
      const reaches = (role: string): boolean => roles.length === 0 || roles.includes(role);
      const runs = (release: Release): boolean => release.runs(minor, patch);
      const controlPlane = all.filter(({ message }) => message.includes('role ControlPlane'));
      expectTold(controlPlane, 'policy-not-delivered', ({ role }) => !reaches(role), runs);
      const apiServer = all.filter(({ message }) => message.includes('role APIServer'));
      expectTold(apiServer, 'policy-not-delivered', ({ hasApiServer }) => hasApiServer && !reaches('APIServer'), runs);
    }
  });
});
