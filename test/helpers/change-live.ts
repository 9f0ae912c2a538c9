import type { ChangeResult, LiveReading, LiveSteps } from '../../src/change/change.ts';
import type { Edges } from '../../src/change/ports.ts';
import { liveTarget } from '../../src/change/live-target.ts';
import { makeChange } from '../../src/change/run.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import type { Kops } from '../../src/kops/kops.ts';

/** Makes a planned change of a live cluster, as it was read and shown, from the confirm on. */
export function changeLive(
  reading: LiveReading,
  plan: SpecChange,
  subject: { type: 'cluster'; cluster: string },
  steps: LiveSteps,
  { kops, storing, ...edges }: Edges & { kops: Kops; storing: Kops },
): Promise<ChangeResult> {
  const target = liveTarget({ subject, steps, kops, storing, read: async () => reading });
  return makeChange(target, { place: 'live', reading, plan, findings: [], edited: null }, steps.yes, edges);
}
