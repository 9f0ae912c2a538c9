import type { LogSource } from './event.ts';

/** The log of one API server: its files in the order in which they were written. */
export interface ServerLog {
  /** The name of its node, or of its folder; '' where there is only one. */
  server: string;
  sources: LogSource[];
}

/** The time in the name of a file that was rotated away (`natefinch/lumberjack` 2.2.1: `audit-2026-11-23T05-55-18.123.log`), in UTC. */
const ROTATED = /^(.*?)-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3})(\.[^/]*?)?(?:\.gz|\.zst)?$/;

/** Whether a name is that of a log as kube-apiserver makes them: `audit.log`, what was rotated away, and both compressed. */
export function isLogName(name: string): boolean {
  return /\.(?:log|json|jsonl|ndjson)(?:\.gz|\.zst)?$/.test(name) || ROTATED.test(name);
}

/** Sorts files into servers, by folder, and those of each by the time of their rotation; the one being written comes last. */
export function serverLogs(sources: readonly LogSource[]): ServerLog[] {
  const servers = new Map<string, LogSource[]>();
  for (const source of sources) servers.set(source.server, [...(servers.get(source.server) ?? []), source]);
  return [...servers].map(([server, own]) => ({
    server: servers.size === 1 ? '' : server,
    sources: own.toSorted((a, b) => compare(orderOf(a.name), orderOf(b.name))),
  }));
}

/** When a file was rotated away, as text that sorts; of the one being written a text behind all others. */
function orderOf(path: string): string {
  return rotatedAt(path.slice(path.lastIndexOf('/') + 1))?.time ?? '~';
}

/** What the name of a file that was rotated away says: of which it is, and when that was. Undefined for any other. */
export function rotatedAt(name: string): { stem: string; time: string } | undefined {
  const [, stem = '', time] = ROTATED.exec(name) ?? [];
  return time === undefined ? undefined : { stem, time };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
