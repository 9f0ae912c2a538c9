import type { Share } from '../policy/render/template.ts';
import type { Policy } from '../policy/types.ts';
import { keep } from './keep.ts';

/**
 * Tells which share of a log a policy keeps, in percent with one decimal of what another policy keeps of it (the template
 * `metadata`, for the numbers in the heads of the templates). The log is given as its lines.
 */
export function shareOf(policy: Policy, metadata: Policy, log: string, lines: readonly string[]): Share {
  const kept = keep(policy, lines);
  const all = keep(metadata, lines);
  return { log, events: percent(kept.events, all.events), bytes: percent(kept.bytes, all.bytes) };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}
