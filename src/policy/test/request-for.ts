import { UserError } from '../../errors.ts';
import { type ApiResource, apiResources } from '../api/lookup.ts';
import { decide } from '../decide/decide.ts';
import type { Policy, RequestAttributes } from '../types.ts';
import { readRequestLine } from './request-line.ts';

/**
 * Writes a request as a test file may have it: in words where some say enough for the rule (from 1) to decide it, of a resource that
 * exists if the rule does not ask for another; otherwise as a map in one line.
 */
export function requestFor(policy: Policy, rule: number, request: RequestAttributes): string {
  const lines = [request, ...ofKnownResources(request)].map(lineOf);
  return lines.find((line) => decides(policy, rule, line)) ?? mapOf(request);
}

function ofKnownResources(request: RequestAttributes): RequestAttributes[] {
  if (request.isResourceRequest !== true) return [];
  const { apiGroup = '', verb = '' } = request;
  const known = apiResources().filter(({ group, verbs }) => group === apiGroup && verbs.includes(verb));
  return known.toSorted(ordinaryFirst).map(({ resource }) => ({ ...request, resource }));
}

// Such as bindings, which can only be created, are no good examples.
function ordinaryFirst(a: ApiResource, b: ApiResource): number {
  return Number(b.verbs.includes('watch')) - Number(a.verbs.includes('watch'));
}

function lineOf(request: RequestAttributes): string {
  const { verb = '', isResourceRequest, path = '', namespace } = request;
  const target = isResourceRequest === true ? targetOf(request) : path;
  const where = namespace && namespace !== 'default' ? `-n ${namespace}` : '';
  return [verb, target, where, ...identityOf(request)].filter((word) => word !== '').join(' ');
}

function targetOf({ apiGroup, resource = '', subresource, name }: RequestAttributes): string {
  const type = `${resource}${apiGroup ? `.${apiGroup}` : ''}`;
  return [type, ...(name ? [name] : []), ...(subresource ? [subresource] : [])].join('/');
}

// Whoever has a name is in system:authenticated anyway.
function identityOf({ user, groups = [] }: RequestAttributes): string[] {
  if (user === undefined) return ['--unauthenticated'];
  const named = groups.filter((group) => group !== 'system:authenticated');
  return [`--as ${user}`, ...named.map((group) => `--as-group ${group}`)];
}

function decides(policy: Policy, rule: number, line: string): boolean {
  try {
    return decide(policy, readRequestLine(line, {}).request).rule === rule;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function mapOf(request: RequestAttributes): string {
  const pairs = Object.entries(request).filter(([key]) => key !== 'isResourceRequest');
  return `{ ${pairs.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')} }`;
}
