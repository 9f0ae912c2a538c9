import type { LiveReport, LiveState } from './types.ts';

type Seen = Omit<LiveReport, 'state'>;

interface Verdict {
  state: LiveState;
  holds: (seen: Seen, isOff: boolean) => boolean;
}

/** The first that holds counts. */
const VERDICTS: readonly Verdict[] = [
  { state: 'unknown', holds: ({ servers }) => servers.length === 0 },
  { state: 'not-ready', holds: ({ servers }) => servers.some(({ ready }) => !ready) },
  { state: 'wrong-flags', holds: ({ servers }) => servers.some(({ differences }) => differences.length > 0) },
  { state: 'off', holds: (_seen, isOff) => isOff },
  { state: 'failing', holds: ({ flows }) => flows.some(({ state }) => state === 'failing') },
  { state: 'not-flowing', holds: ({ flows }) => flows.some(({ state }) => state === 'silent') },
  { state: 'flowing', holds: ({ flows }) => flows.length > 0 },
];

/**
 * What is seen of the running cluster, in one word.
 *
 * @param isOff the spec has no audit settings.
 */
export function liveState(seen: Seen, isOff: boolean): LiveState {
  return VERDICTS.find(({ holds }) => holds(seen, isOff))?.state ?? 'unknown';
}
