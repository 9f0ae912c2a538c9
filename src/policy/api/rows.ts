import type { ApiResource, ApiSubresource, Releases } from './resource.ts';

const VERBS: Readonly<Record<string, string>> = {
  c: 'create',
  d: 'delete',
  D: 'deletecollection',
  g: 'get',
  l: 'list',
  p: 'patch',
  u: 'update',
  w: 'watch',
};

/** Takes a row of the API table (`table.ts` has its format); gives what it says of a resource. */
export function readRow(row: string): ApiResource {
  const [
    group = '',
    resource = '',
    kind = '',
    shortNames = '',
    namespaced,
    releases = '',
    verbs = '',
    subresources = '',
  ] = row.split(' ').map((cell) => (cell === '-' ? '' : cell));
  const served = readReleases(releases);
  return {
    group,
    resource,
    kind,
    singular: kind.toLowerCase(),
    shortNames: split(shortNames),
    namespaced: namespaced === 'n',
    ...served,
    verbs: readVerbs(verbs),
    subresources: split(subresources).map((cell) => readSubresource(cell, served)),
  };
}

function readSubresource(cell: string, served: Releases): ApiSubresource {
  const [, name = '', verbs = '', releases] = /^(.+):(\w+)(?:@(.+))?$/.exec(cell) ?? [];
  return { name, verbs: readVerbs(verbs), ...(releases === undefined ? served : readReleases(releases)) };
}

function readReleases(text: string): Releases {
  const [since, until] = text.split('-');
  return { since: Number(since), ...(until ? { until: Number(until) } : {}) };
}

function readVerbs(letters: string): string[] {
  return [...letters].flatMap((letter) => VERBS[letter] ?? []);
}

function split(list: string): string[] {
  return list === '' ? [] : list.split(',');
}
