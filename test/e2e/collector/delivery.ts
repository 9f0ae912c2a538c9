import type { ShippedSpec } from '../../../src/ship/log-place.ts';
import { shipSettings, type ShipSettings } from '../../../src/ship/settings.ts';
import type { StoredRow } from './store.ts';

/** Of what a collector is for. */
interface Place {
  /** Where the log is. */
  directory: string;
  cluster: string;
  /** The address of a VictoriaLogs. */
  endpoint: string;
  maxEventBytes: number;
  secretHeader?: readonly string[];
}

/** A spec of kOps with a log in that directory. */
export function specWith(directory: string, cluster: string): ShippedSpec {
  return {
    cluster: {
      apiVersion: 'kops.k8s.io/v1alpha2',
      kind: 'Cluster',
      metadata: { name: cluster },
      spec: { kubeAPIServer: { auditLogPath: `${directory}/audit.log`, auditPolicyFile: '/etc/policy.yaml' } },
    },
    groups: [],
  };
}

/** The settings that `ship render` would make for such a cluster. */
export function settingsFor({ directory, cluster, endpoint, maxEventBytes, secretHeader = [] }: Place): ShipSettings {
  return shipSettings(specWith(directory, cluster), {
    sink: 'victorialogs',
    param: [`endpoint=${endpoint}`],
    header: [],
    secretHeader,
    namespace: 'kops-audit',
    label: [],
    maxEventBytes: String(maxEventBytes),
    queue: 'disk',
    priorityClass: 'system-node-critical',
  });
}

/** How what arrived differs from what was written. */
export interface Comparison {
  /** Of which nothing arrived: audit ID and stage, ten at most. */
  lost: string[];
  /** How many came more than once, counted each further time. */
  twice: number;
  /** Of which another text arrived, ten at most; where bodies were cut, another value. */
  changed: string[];
  /** How many arrived that nobody wrote. */
  foreign: number;
}

/** Compares what was written to a log with what a store has of it. */
export function comparison(lines: readonly string[], rows: readonly StoredRow[]): Comparison {
  const byKey = grouped(rows);
  const written = new Map(lines.map((line) => [keyOf(line), line]));
  const lost = [...written.keys()].filter((key) => !byKey.has(key));
  const changed = [...byKey].filter(([key, found]) => found.some((row) => !isSame(written.get(key), row)));
  const known = [...byKey].filter(([key]) => written.has(key));
  return {
    lost: lost.slice(0, 10),
    twice: known.reduce((sum, [, found]) => sum + found.length - 1, 0),
    changed: changed
      .filter(([key]) => written.has(key))
      .map(([key]) => key)
      .slice(0, 10),
    foreign: byKey.size - known.length,
  };
}

function grouped(rows: readonly StoredRow[]): Map<string, StoredRow[]> {
  const byKey = new Map<string, StoredRow[]>();
  for (const row of rows) {
    const key = `${row['auditID']} ${row['stage']}`;
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  return byKey;
}

function keyOf(line: string): string {
  const { auditID, stage }: { auditID: string; stage: string } = JSON.parse(line);
  return `${auditID} ${stage}`;
}

/** With `auditLevel` undone byte for byte; where the bodies were cut, the rest as values. */
function isSame(line: string | undefined, { _msg: body, bytesWithBodies }: StoredRow): boolean {
  const undone = body.replace('"auditLevel":', '"level":');
  if (bytesWithBodies === undefined) return undone === line;
  const { requestObject: _, responseObject: __, ...rest } = JSON.parse(line ?? '{}');
  const { auditLevel: level, ...got } = JSON.parse(body);
  return Number(bytesWithBodies) === Buffer.byteLength(line ?? '') && sorted({ level, ...got }) === sorted(rest);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
