import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  LAYOUTS,
  NEWEST_KOPS_MINOR,
  OLDEST_KOPS,
  isNewerThanTable,
  kopsReleasesFor,
  kubernetesOf,
  layoutsAfter,
  layoutsFor,
  releasesOf,
  releasesWhere,
  type Layout,
} from '../../src/cluster/kops-releases.ts';
import { compareVersions, minorOf } from '../../src/cluster/release.ts';

describe('layoutsFor', () => {
  it.each([
    ['1.19.0', '1.19.0'],
    ['1.20.3', '1.19.0'],
    ['1.21.5', '1.21.0'],
    ['1.25.4', '1.22.0'],
    ['1.26.5', '1.26.0'],
    ['1.26.6', '1.26.6'],
    ['1.27.0-alpha.1', '1.26.6'],
    ['1.27.0', '1.27.0'],
    ['1.36.2', '1.27.0'],
    ['1.99.0', '1.27.0'],
  ])('gives kOps %s the row from %s on', (version, from) => {
    expect(layoutsFor(version).map((layout) => layout.from)).toEqual([from]);
  });

  it('gives every row where the release is not known', () => {
    expect(layoutsFor(null)).toEqual(LAYOUTS);
  });
});

describe('layoutsFor a Kubernetes alone', () => {
  it.each([
    ['1.10.13', 'the same as for none: no release runs it', LAYOUTS.map(({ from }) => from)],
    ['1.11.0', 'only 1.19', ['1.19.0']],
    ['1.13.11', '1.19 and 1.20', ['1.19.0']],
    ['1.15.0', '1.19 to 1.21', ['1.19.0', '1.21.0']],
    ['1.17.9', '1.19 to 1.22', ['1.19.0', '1.21.0', '1.22.0']],
    ['1.20.15', '1.20 to 1.25', ['1.19.0', '1.21.0', '1.22.0']],
    ['1.21.2', '1.20.3 (the patch) to 1.26', ['1.19.0', '1.21.0', '1.22.0', '1.26.0', '1.26.6']],
    ['1.21.3', '1.21 to 1.26', ['1.21.0', '1.22.0', '1.26.0', '1.26.6']],
    ['1.22.4', '1.21.5 (the patch) to 1.27', ['1.21.0', '1.22.0', '1.26.0', '1.26.6', '1.27.0']],
    ['1.22.5', '1.22 to 1.27', ['1.22.0', '1.26.0', '1.26.6', '1.27.0']],
    ['1.26.3', '1.25.4 (the patch) to 1.31', ['1.22.0', '1.26.0', '1.26.6', '1.27.0']],
    ['1.26.4', '1.26 to 1.31', ['1.26.0', '1.26.6', '1.27.0']],
    ['1.27.4', '1.26.5 (the patch) and later', ['1.26.0', '1.26.6', '1.27.0']],
    ['1.27.5', '1.26.6 (the patch) and later', ['1.26.6', '1.27.0']],
    ['1.27.6', '1.27 and later', ['1.27.0']],
    ['1.31.0', '1.31 and later', ['1.27.0']],
    ['1.34.2', '1.34 and later', ['1.27.0']],
    ['1.99.0', 'releases to come', ['1.27.0']],
  ])('%s: %s', (kubernetes, _releases, rows) => {
    expect(layoutsFor(null, kubernetes).map(({ from }) => from)).toEqual(rows);
  });

  it('gives way to a kOps release that is known', () => {
    expect(layoutsFor('1.21.0', '1.34.0').map(({ from }) => from)).toEqual(['1.21.0']);
  });
});

describe('layoutsAfter', () => {
  it('gives what an upgrade brings', () => {
    expect(layoutsAfter(layoutsFor('1.25.4')).map(({ from }) => from)).toEqual(['1.26.0', '1.26.6', '1.27.0']);
    expect(layoutsAfter(LAYOUTS)).toEqual([]);
  });
});

/** The rows that a text of `releasesOf` names, read back from its words. */
function rowsIn(text: string): Layout[] {
  const ranges = [...text.matchAll(/kOps (\S+) (?:to before ([^\s,]+)|and later)/g)];
  return LAYOUTS.filter(({ from }) =>
    ranges.some(
      ([, begin, end]) => compareVersions(from, begin!) >= 0 && (end === undefined || compareVersions(from, end) < 0),
    ),
  );
}

describe('releasesOf', () => {
  it.each([
    [['1.22.0', '1.26.0'], 'kOps 1.22.0 to before 1.26.6'],
    [['1.26.0', '1.26.6', '1.27.0'], 'kOps 1.26.0 and later'],
    [['1.19.0', '1.21.0', '1.26.6', '1.27.0'], 'kOps 1.19.0 to before 1.22.0 and kOps 1.26.6 and later'],
    [['1.26.6'], 'kOps 1.26.6 to before 1.27.0'],
    [
      ['1.19.0', '1.22.0', '1.27.0'],
      'kOps 1.19.0 to before 1.21.0, kOps 1.22.0 to before 1.26.0 and kOps 1.27.0 and later',
    ],
    [[], ''],
  ])('%j: %s', (rows, text) => {
    expect(releasesOf(LAYOUTS.filter(({ from }) => rows.includes(from)))).toBe(text);
  });

  it('says each subset of the table, read back, in as few ranges as it has', () => {
    for (let bits = 0; bits < 2 ** LAYOUTS.length; bits++) {
      const rows = LAYOUTS.filter((_row, at) => bits & (1 << at));
      const text = releasesOf(rows);
      expect(rowsIn(text)).toEqual(rows);
      const begins = rows.filter((row) => !rows.includes(LAYOUTS[LAYOUTS.indexOf(row) - 1]!));
      expect(text.match(/kOps/g) ?? []).toHaveLength(begins.length);
    }
  });
});

describe('releasesWhere', () => {
  it('names all of the releases as soon as one counts', () => {
    expect(releasesWhere(layoutsFor('1.34.0'), ({ controlPlaneRole }) => controlPlaneRole === 'ControlPlane')).toBe(
      'kOps 1.26.0 and later',
    );
    expect(releasesWhere(layoutsFor('1.34.0'), ({ controlPlaneRole }) => controlPlaneRole === 'Master')).toBeNull();
  });
});

describe('isNewerThanTable', () => {
  it('is true only of later minor releases', () => {
    const next = `1.${Number(NEWEST_KOPS_MINOR.slice(2)) + 1}.0`;
    const releases = [`${NEWEST_KOPS_MINOR}.0`, `${NEWEST_KOPS_MINOR}.9`, next, '2.0.0'];
    expect(releases.map(isNewerThanTable)).toEqual([false, false, true, true]);
  });
});

function runs(kubernetes: string, kops: string): boolean {
  return kopsReleasesFor(kubernetes).some((release) => minorOf(release) === kops);
}

describe('kopsReleasesFor', () => {
  it.each([
    ['1.19', 11],
    ['1.20', 13],
    ['1.21', 15],
    ['1.22', 17],
    ['1.23', 18],
    ['1.24', 19],
    ['1.25', 20],
    ['1.26', 21],
    ['1.27', 22],
    ['1.28', 23],
    ['1.29', 24],
    ['1.30', 25],
    ['1.31', 25],
    ['1.32', 27],
    ['1.33', 27],
    ['1.34', 29],
    ['1.35', 29],
    ['1.36', 31],
  ])('kOps %s runs Kubernetes from 1.%i on, to the next minor of its own', (kops, oldest) => {
    const own = Number(kops.split('.')[1]);
    expect(runs(`1.${oldest - 1}.99`, kops)).toBe(false);
    expect(runs(`1.${oldest}.0`, kops)).toBe(true);
    expect(runs(`1.${own}.99`, kops)).toBe(true);
    expect(runs(`1.${own + 2}.0`, kops)).toBe(false);
  });

  it('keeps the patch in the upper bound', () => {
    const of = (kubernetes: string): string[] =>
      kopsReleasesFor(kubernetes).filter((release) => release.startsWith('1.26.'));
    expect(of('1.27.4')).toEqual(['1.26.5', '1.26.6']);
    expect(of('1.27.5')).toEqual(['1.26.6']);
    expect(of('1.27.6')).toEqual([]);
  });

  it('takes a pre-release for its release', () => {
    expect(kopsReleasesFor('1.31.0-beta.1')).toEqual(kopsReleasesFor('1.31.0'));
  });

  it('knows of no end for the releases to come, and of none before 1.19', () => {
    expect(kopsReleasesFor('1.99.3').map(minorOf)).toEqual([NEWEST_KOPS_MINOR]);
    expect(kopsReleasesFor('1.10.13')).toEqual([]);
  });
});

describe('kubernetesOf', () => {
  it.each([
    [null, '1.11.0', null],
    ['1.22.0', '1.17.0', '1.22.99'],
    ['1.22.6', '1.17.0', '1.23.5'],
    ['1.36.2', '1.31.0', '1.37.1'],
  ])('of kOps %s is %s to %s', (kops, oldest, newest) => {
    expect(kubernetesOf(kops)).toEqual({ oldest, newest });
  });

  it('has no end for the newest and what comes after it', () => {
    const { oldest, newest } = kubernetesOf(`${NEWEST_KOPS_MINOR}.0`);
    expect(newest).toBeNull();
    expect(kubernetesOf('1.99.1')).toEqual({ oldest, newest: null });
  });
});

describe('the pages', () => {
  it.each(['README.md', 'docs/enable-a-live-cluster.md', 'docs/enable-in-a-file.md', 'docs/bootstrap.md'])(
    '%s tells the releases that the tables know',
    (page) => {
      const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
      const told = [...text.matchAll(/(1\.\d+)\s+to\s+(1\.\d+)\s+(?:are\s+known|that\s+runs)/g)];
      expect(told.map(([, from, to]) => [from, to])).toEqual([[minorOf(OLDEST_KOPS), NEWEST_KOPS_MINOR]]);
    },
  );
});
