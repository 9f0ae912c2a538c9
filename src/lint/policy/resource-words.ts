import type { ApiResource } from '../../policy/api/lookup.ts';
import type { NamedResource } from './named.ts';

/** What is wrong with a resource that a policy names; `replacement` is what to write in its place, where that is sure. */
export interface ResourceFault {
  kind: 'pattern' | 'wrong-group' | 'not-plural' | 'unknown' | 'subresource' | 'not-served';
  message: string;
  mend: string;
  replacement?: string;
  /** What the words of `mend` name, where that is not the same. */
  meant?: { group: string; name: string };
}

/** Options for a lookup in a group as a policy writes it: "*" is any. */
export function inGroup(group: string): { group?: string } {
  return group === '*' ? {} : { group };
}

/** Whether a resource has a subresource of this name. */
export function hasSub({ subresources }: ApiResource, name: string): boolean {
  return subresources.some((sub) => sub.name === name);
}

/** A resource with the subresource that somebody named. */
export function withSub(resource: string, { subresource }: NamedResource): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** A group for a sentence: `core group`, `group apps`. */
export function groupName(group: string): string {
  return group === '' ? 'core group' : group === '*' ? 'built-in API' : `group ${group}`;
}
