import { nameOfUser } from '../../events/people.ts';
import type { Talker } from '../../replay/talkers.ts';
import { eventMask } from '../events/mask-event.ts';

/** What was asked for, `pods/log`, `deployments.apps`; what is secret in a path is masked. */
export function resourceText(resource: string): string {
  return resource.startsWith('/') ? eventMask().uri(resource) : resource;
}

/** What was done, as a person takes it in at a glance: `create clusterroles`, without the group. */
export function doneText({ verb, resource, namespace }: Talker): string {
  const target = resource.startsWith('/') ? resourceText(resource) : resource.replace(/\.[^/]*/, '');
  return [verb, target, ...(namespace === '' ? [] : [`-n ${namespace}`])].join(' ');
}

/** Who did it, as short as `logs` names them. */
export function userText({ user }: Pick<Talker, 'user'>): string {
  return nameOfUser({ username: user });
}
