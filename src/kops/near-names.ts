import { editDistance } from '../policy/edit-distance.ts';

const MOST_NAMES = 3;

/**
 * Takes a name that does not exist and those that do; gives up to three that somebody may have meant, the nearest first:
 * a third of the letters may differ, or one may be the start of the other.
 */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const near = names
    .map((name) => ({
      name,
      distance: name.startsWith(wanted) || wanted.startsWith(name) ? 0 : editDistance(wanted, name),
    }))
    .filter(({ distance }) => distance <= Math.ceil(wanted.length / 3));
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NAMES)
    .map(({ name }) => name);
}
