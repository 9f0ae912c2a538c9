import { grouped } from '../grouped.ts';
import type { LogSource } from './event.ts';

/** The log of one API server: its files in the order in which they were written. */
export interface ServerLog {
  /** The name of its node, or of its folder; '' where there is only one. */
  server: string;
  sources: LogSource[];
}

/** The time in the name of a file that was rotated away (`natefinch/lumberjack` 2.2.1: `audit-2026-11-23T05-55-18.123.log`), in UTC. */
const ROTATED = /^(.*?)-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3})(\.[^/]*?)?(?:\.gz|\.zst)?$/;

/** A log by its ending, and what logrotate puts behind that: `audit.log.1`, `audit.log-20261123.gz`. */
const LOG = /\.(?:log|json|jsonl|ndjson)(?:[.-]\d[\w.:-]*)?$/;
const COMPRESSED = /\.(?:gz|zst)$/;

/** Whether a file in a folder is taken for a log by its name. Exports to a bucket have no other name than `000000.gz`. */
export function isLogName(name: string): boolean {
  if (name.startsWith('.') || /\.tar\.\w+$/.test(name)) return false;
  return COMPRESSED.test(name) || LOG.test(name) || ROTATED.test(name);
}

/** What the name of a file that was rotated away says: of which it is, and when that was. Undefined for any other. */
export function rotatedAt(name: string): { stem: string; time: string } | undefined {
  const [, stem = '', time] = ROTATED.exec(name) ?? [];
  return time === undefined ? undefined : { stem, time };
}

/** When a file was rotated away, by its name, in microseconds; NaN where that does not tell it. */
export function rotationTime(path: string): number {
  const [day = '', clock = ''] = (rotatedAt(fileOf(path))?.time ?? '').split('T');
  return Date.parse(`${day}T${clock.replace('-', ':').replace('-', ':')}Z`) * 1000;
}

/** What the names of a file and of those that were rotated away from it have in common. */
export function rotationStem(path: string): string {
  return stemOf(fileOf(path));
}

/**
 * Sorts files into the logs of servers: by folder, and where a folder has several by the part of the name that is not `audit`. Those of
 * each are sorted by the time of their rotation, the one being written last; others by the time of their first event.
 *
 * @param firstTime of a file, in microseconds; asked only where names do not tell the order.
 */
export function serverLogs(sources: readonly LogSource[], firstTime: (source: LogSource) => number): ServerLog[] {
  const folders = grouped(sources, ({ name }) => folderOf(name));
  const names = shortNames([...folders.keys()]);
  const servers = [...folders].flatMap(([folder, own]) => inFolder(own, names.get(folder) ?? folder));
  return servers.map(({ server, own }) => ({
    server: servers.length === 1 ? '' : server,
    sources: inOrder(own, firstTime).map((source) => ({ ...source, server: servers.length === 1 ? '' : server })),
  }));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What folders differ in: of `a/cp-1/var/log` and `a/cp-2/var/log` that is `cp-1` and `cp-2`. */
function shortNames(folders: readonly string[]): Map<string, string> {
  const parts = folders.map((folder) => folder.split('/').filter((part) => part !== '' && part !== '.'));
  const [first = []] = parts;
  const shortest = Math.min(...parts.map(({ length }) => length));
  const same = (at: (path: readonly string[]) => string | undefined): boolean =>
    parts.every((path) => at(path) === at(first));
  let head = 0;
  while (head < shortest && same((path) => path[head])) head += 1;
  let tail = 0;
  while (tail < shortest - head && same((path) => path.at(-1 - tail))) tail += 1;
  return new Map(folders.map((folder, index) => [folder, middle(parts[index] ?? [], head, tail)]));
}

/** A folder that the others lie in has a name only by itself. */
function middle(path: readonly string[], head: number, tail: number): string {
  const part = path.slice(head, path.length - tail);
  return (part.length === 0 ? path.slice(-1) : part).join('/');
}

/** The files of a folder: of one server, unless their names are `cp-1-audit.log` and `cp-2-audit.log`. */
function inFolder(sources: readonly LogSource[], folder: string): { server: string; own: LogSource[] }[] {
  const byPrefix = grouped(sources, ({ name }) => serverInName(fileOf(name)));
  if (byPrefix.size === 1) return [{ server: folder, own: [...sources] }];
  return [...byPrefix].map(([server, own]) => ({ server: server === '' ? folder : server, own }));
}

function serverInName(name: string): string {
  const stem = stemOf(name);
  const rest = stem.replace(/(?:^|[-_.])(?:kube-?)?(?:api-?server[-_.]?)?audit(?:[-_.]|$)/, '-');
  const server = rest.replace(/^-+|-+$/g, '');
  return rest === stem || /^[\d_.:T+-]*Z?$/.test(server) ? '' : server;
}

/** What a file may be called after: of `logs/cp-1-audit.log.gz` that is `cp-1`. */
export function hostsInName(path: string): string[] {
  const name = fileOf(path);
  return [serverInName(name), stemOf(name)].filter((host) => host !== '');
}

function stemOf(name: string): string {
  return rotatedAt(name)?.stem ?? name.replace(COMPRESSED, '').replace(LOG, '');
}

function inOrder(sources: readonly LogSource[], firstTime: (source: LogSource) => number): LogSource[] {
  if (sources.length < 2) return [...sources];
  const stems = new Set(sources.flatMap(({ name }) => rotatedAt(fileOf(name))?.stem ?? []));
  const timeOf = (source: LogSource): number => {
    const name = fileOf(source.name);
    const rotated = rotationTime(name);
    if (!Number.isNaN(rotated)) return rotated;
    return stems.has(stemOf(name)) ? Infinity : firstTime(source);
  };
  const timed = sources.map((source) => ({ source, time: timeOf(source) }));
  return timed
    .toSorted((a, b) => compare(a.time, b.time) || compare(a.source.name, b.source.name))
    .map(({ source }) => source);
}

/** What has no time comes last. */
function compare<Value extends number | string>(a: Value, b: Value): number {
  if (a === b || (a !== a && b !== b)) return 0;
  return a < b || b !== b ? -1 : 1;
}
