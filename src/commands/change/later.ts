import type { SpecChange } from '../../cluster/spec-change.ts';
import type { ChangeFlags } from './flags.ts';

/** Flags for a printed command of ours, so that it finds the same store and the same journal. */
export function flagsToRepeat({ state, journal }: ChangeFlags): string[] {
  return [
    ...(state === undefined ? [] : [`--state=${state}`]),
    ...(typeof journal === 'string' ? [`--journal=${journal}`] : []),
  ];
}

/** Told after a live change: where the spec is kept elsewhere too, that has to follow. */
export function keepInStep({ command }: SpecChange): string {
  const how = command === 'rollback' ? '.' : `: kops-audit ${command} -f FILE`;
  return `\nA spec kept in git or in a template needs the same change, or the next\n\`kops replace\` undoes it${how}`;
}
