import type { RequestAttributes } from '../policy/types.ts';
import { safeText } from './safe-text.ts';

/** A request as a person would type it: `get pods/web/log -n prod`, `get /healthz`. Without the user. */
export function requestText(request: RequestAttributes): string {
  const { verb = '', isResourceRequest, path = '', namespace } = request;
  if (isResourceRequest !== true) return safeText(`${verb || '""'} ${path || '""'}`);
  return safeText(`${verb || '""'} ${targetText(request)}${namespace ? ` -n ${namespace}` : ''}`);
}

function targetText({ apiGroup, resource = '', subresource, name }: RequestAttributes): string {
  const type = `${resource}${apiGroup ? `.${apiGroup}` : ''}`;
  if (name && subresource) return `${type}/${name}/${subresource}`;
  return name ? `${type}/${name}` : `${type}${subresource ? ` --subresource ${subresource}` : ''}`;
}

/** Who sends a request: `alice (dev, system:authenticated)`. */
export function identityText({ user, groups = [] }: RequestAttributes): string {
  if (user === undefined) return 'nobody (it fails to authenticate)';
  return safeText(`${user || '""'}${groups.length > 0 ? ` (${groups.join(', ')})` : ' (no groups)'}`);
}
