import { canonicalJson, type JsonObject } from '../../src/json.ts';
import type { Scenario } from './scenarios.ts';
import type { Snapshot } from './snapshot.ts';
import type { Write } from './world.ts';

/** A spec without what somebody else may have put in, as a text to compare. */
export function essence(spec: JsonObject | string): string {
  if (typeof spec === 'string') return spec.replaceAll(OTHER_LINE, '');
  const { sshAccess: _others, ...ours } = spec;
  return canonicalJson(ours);
}

const OTHER_LINE = '# somebody else was here\n';

/** The spec that a scenario is about: the stored one, or the text of the file. */
export function specIn({ files, store }: Snapshot, { place }: Scenario): JsonObject | string {
  if (place === 'live') return store.stored.spec;
  return files.find(({ path }) => path.endsWith('/cluster.yaml'))?.bytes.toString('utf8') ?? '';
}

/** Whether a write was one of what the scenario is about. */
export function concerns({ spec }: Write, { place }: Scenario): boolean {
  return (typeof spec === 'string') === (place === 'file');
}
