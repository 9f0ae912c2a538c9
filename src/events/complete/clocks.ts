import type { Revision, ServerFacts } from './collect.ts';

/** Two API servers whose clocks do not seem to agree. */
export interface ClockSuspicion {
  /** Its clock is behind … */
  behind: string;
  /** … that of this one … */
  ahead: string;
  /** … by this much or more, in microseconds. */
  by: number;
  /** How often it was seen. */
  times: number;
}

const TOLERATED = 1_000_000;
/** Once may be a renewal that took long. */
const OFTEN = 3;

interface Named {
  server: string;
  lease: string | undefined;
  host: string | undefined;
}

/**
 * Compares clocks by the renewals of the leases: each tells the revision that the one before it was stored as, and revisions only grow.
 * What was stored later but has an earlier time was written by a clock that is behind.
 */
export function clockSuspicions(
  facts: readonly ServerFacts[],
  nameOf: (row: Named) => string,
  rows: readonly Named[],
): ClockSuspicion[] {
  const leases = facts.flatMap((server) =>
    server.leases.map(({ lease, revisions }) => {
      const row = rows.find((one) => one.server === server.server && one.lease === lease);
      return { name: row ? nameOf(row) : lease, revisions };
    }),
  );
  return leases.flatMap((behind) => leases.flatMap((ahead) => (ahead === behind ? [] : suspicion(behind, ahead))));
}

interface Clock {
  name: string;
  revisions: readonly Revision[];
}

function suspicion(behind: Clock, ahead: Clock): ClockSuspicion[] {
  const earlier = ahead.revisions.toSorted((a, b) => a.revision - b.revision);
  const late = behind.revisions.flatMap(({ revision, at }) => {
    const before = earlier.findLast((one) => one.revision < revision);
    return before && before.at - at > TOLERATED ? [before.at - at] : [];
  });
  return late.length < OFTEN
    ? []
    : [{ behind: behind.name, ahead: ahead.name, by: Math.max(...late), times: late.length }];
}
