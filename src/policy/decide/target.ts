import type { GroupResources, RequestAttributes } from '../types.ts';
import { classesOf, type Classes } from './classes.ts';
import { dimension, type Dimension, type Slots } from './masks.ts';
import { matchesTarget } from './matchers.ts';

const LONGEST_PATH = 256;

/** Makes the dimension of `resources` and `nonResourceURLs`. */
export function byTarget(slots: Slots): Dimension {
  const resourceKey = resourceKeyOf(slots.flatMap((rule) => rule?.resources ?? []));
  const keyOf = (request: RequestAttributes) =>
    request.isResourceRequest === true ? resourceKey(request) : pathKey(request);
  return dimension(slots, keyOf, matchesTarget);
}

// Anyone can send a path as long as a header may be; such a one is not worth its memory.
function pathKey({ path = '' }: RequestAttributes): string | undefined {
  return path.length <= LONGEST_PATH ? path : undefined;
}

// The classes of the four attributes, as one number.
function resourceKeyOf(entries: readonly GroupResources[]): (request: RequestAttributes) => number | undefined {
  const { apiGroups, resources, subresources, names } = classesIn(entries);
  const size = apiGroups.size * resources.size * subresources.size * names.size;
  return ({ apiGroup = '', resource = '', subresource = '', name = '' }) => {
    const resourceClass = resources.of(resource);
    if (size > Number.MAX_SAFE_INTEGER || (resourceClass === 0 && resource.includes('/'))) return undefined;
    const target = (apiGroups.of(apiGroup) * resources.size + resourceClass) * subresources.size;
    return (target + subresources.of(subresource)) * names.size + names.of(name);
  };
}

// `res/sub` is taken apart at its first slash, so a request whose resource holds one itself (no server has such) has no class.
function classesIn(
  entries: readonly GroupResources[],
): Record<'apiGroups' | 'resources' | 'subresources' | 'names', Classes> {
  const mentioned = entries.flatMap(({ resources = [] }) => resources);
  return {
    apiGroups: classesOf(entries.map(({ group = '' }) => group)),
    resources: classesOf(mentioned.map((text) => text.replace(/\/.*$/s, ''))),
    subresources: classesOf(mentioned.map((text) => text.replace(/^[^/]*\/?/, ''))),
    names: classesOf(entries.flatMap(({ resourceNames = [] }) => resourceNames)),
  };
}
