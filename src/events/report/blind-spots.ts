import { decide } from '../../policy/decide/decide.ts';
import { LEVELS, type Level, type Policy, type RequestAttributes, type Stage } from '../../policy/types.ts';
import type { Section } from './sections.ts';

/** Requests of a section that a policy records too little of, all by the same rule. */
export interface BlindSpot {
  requests: readonly RequestAttributes[];
  level: Level;
  /** 1-based; 0 where no rule matches. */
  rule: number;
}

/** What answers a question is in one of these. */
const ENDS: readonly Stage[] = ['ResponseStarted', 'ResponseComplete'];

/** What of a section a policy could not have shown: the requests that stand for it, and what the policy keeps of each. */
export function blindSpots(policy: Policy, { seenIn, needs }: Pick<Section, 'seenIn' | 'needs'>): BlindSpot[] {
  const spots = new Map<number, { requests: RequestAttributes[]; level: Level; rule: number }>();
  for (const request of seenIn) {
    const { level, rule, omitStages } = decide(policy, request);
    const isSeen = LEVELS.indexOf(level) >= LEVELS.indexOf(needs) && !ENDS.every((stage) => omitStages.includes(stage));
    if (isSeen) continue;
    const spot = spots.get(rule) ?? { requests: [], level, rule };
    spot.requests.push(request);
    spots.set(rule, spot);
  }
  return [...spots.values()];
}
