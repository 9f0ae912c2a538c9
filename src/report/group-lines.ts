import type { GroupEffect, SpecChange } from '../cluster/spec-change.ts';

/** What a change means for each instance group, a line for each. */
export function groupLines(change: SpecChange): string[] {
  const { groups } = change;
  const width = Math.max(0, ...groups.map(({ name }) => name.length));
  const lines = groups.map((group) => `${group.name.padEnd(width)}  ${effectOf(group)}`);
  return [...lines, ...downtimeLines(change)];
}

function downtimeLines({ groups, controlPlaneInstances }: SpecChange): string[] {
  const rolls = groups.some(({ rolled }) => rolled);
  return rolls && controlPlaneInstances === 1 ? ['one control-plane instance: the API is down while it is rolled'] : [];
}

function effectOf({ outdated, rolled, instances }: GroupEffect): string {
  if (!outdated) return 'unchanged';
  const size = `${instances} ${instances === 1 ? 'instance' : 'instances'}`;
  return rolled ? `outdated, to be rolled (${size})` : `outdated, not rolled by kops-audit (${size})`;
}
