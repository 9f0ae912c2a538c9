import type { ClusterStatus, Drift } from '../../report/status-types.ts';

type Seen = Omit<ClusterStatus, 'drift'>;

const DRIFTS: readonly [Drift, (status: Seen) => boolean][] = [
  ['policy-edited', ({ policy }) => policy?.edited ?? false],
  ['update-pending', ({ update }) => update.state === 'pending'],
  ['not-ready', ({ live }) => live?.state === 'not-ready'],
  ['wrong-flags', ({ live }) => live?.servers.some(({ differences }) => differences.length > 0) ?? false],
  ['failing', ({ live }) => live?.state === 'failing'],
  ['not-flowing', ({ live }) => live?.state === 'not-flowing'],
];

/** In which ways what is there is not what was meant. */
export function driftOf(status: Seen): Drift[] {
  return DRIFTS.flatMap(([name, holds]) => (holds(status) ? [name] : []));
}
