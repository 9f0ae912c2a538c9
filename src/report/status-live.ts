import type { EventFlow, FlagDifference, LiveReport, LiveState, ServerReport } from '../live/types.ts';

const VERDICTS: Readonly<Record<LiveState, (report: LiveReport) => string>> = {
  unknown: () => 'not known whether events flow',
  'not-ready': ({ servers }) => `not ready: ${count(servers.filter(({ ready }) => !ready).length, servers.length)}`,
  'wrong-flags': ({ servers }) =>
    `wrong flags: ${count(servers.filter(({ differences }) => differences.length > 0).length, servers.length)} run otherwise than the spec says; \`kops update cluster\` and a roll of the control plane bring them in line`,
  off: () => 'off, as the spec says',
  failing: ({ flows }) =>
    `losing events: ${count(flows.filter(({ state }) => state === 'failing').length, flows.length)}`,
  'not-flowing': ({ flows, servers }) =>
    `not flowing: the flags are right, but ${count(flows.filter(({ state }) => state === 'silent').length, servers.length)} recorded nothing while it was watched`,
  flowing: ({ flows, servers }) =>
    `proven: the flags are right, and events flow on ${count(flows.length, servers.length)}`,
};

/** What the running cluster proves, a line each: the verdict, what could not be seen, each server, each flow. */
export function liveLines(report: LiveReport): string[] {
  return [
    VERDICTS[report.state](report),
    ...(report.error === null ? [] : [report.error]),
    ...(report.hint === null ? [] : [report.hint]),
    ...report.servers.flatMap(serverLines),
    ...report.flows.map((flow) => flowLine(flow, report)),
    ...unproven(report),
  ];
}

function count(some: number, all: number): string {
  return `${some} of ${all} API server${all === 1 ? '' : 's'}`;
}

function serverLines({ pod, node, ready, differences }: ServerReport): string[] {
  if (ready && differences.length === 0) return [];
  const where = node === null ? pod : `${pod} on ${node}`;
  return [`${where}${ready ? '' : ' is not ready'}:`, ...differences.map(differenceLine)];
}

/** Begins with blanks: it is not broken. */
function differenceLine({ flag, spec, running }: FlagDifference): string {
  return `  ${flag}: runs ${running === null ? 'without' : `with ${running}`}, the spec ${spec === null ? 'has none' : `says ${spec}`}`;
}

function flowLine({ pod, events, errors, requests, unrecorded }: EventFlow, { watchedSeconds }: LiveReport): string {
  const lost = errors === 0 ? '' : `, ${errors} lost`;
  const none =
    unrecorded === 0 ? '' : `; of ${requests} requests the policy wants nothing of ${unrecorded} (level None)`;
  return `${pod ?? 'one of them'}: ${events} event${events === 1 ? '' : 's'} in ${watchedSeconds} s${lost}${none}`;
}

/** `/metrics` is answered by whichever server the load balancer picks. */
function unproven({ flows, servers }: LiveReport): string[] {
  if (flows.length === 0 || flows.length >= servers.length) return [];
  return [
    `The address of the API led to ${flows.length} of ${servers.length} API servers; of the others only the flags are known.`,
  ];
}
