import { decide } from '../../policy/decide/decide.ts';
import { groupsOfUser } from '../../policy/request/request.ts';
import type { Decision, Policy, RequestAttributes } from '../../policy/types.ts';
import type { Asked } from './asked.ts';

/** What a policy does with a request of somebody. */
interface Recording {
  /** Who sends it, in the plural. */
  party: string;
  decision: Decision;
}

/** What a policy does with one request that would answer a question, by who sends it. */
export interface RecordedRequest {
  request: RequestAttributes;
  recordings: readonly Recording[];
}

/** Who may have done it; a policy can tell them apart. */
function partiesOf({ namespace }: Asked): readonly { party: string; user: string; groups: readonly string[] }[] {
  const place = namespace === '' ? 'default' : namespace;
  const users = [
    { party: 'people', user: 'somebody', more: [] },
    { party: 'members of system:masters', user: 'somebody', more: ['system:masters'] },
    { party: `service accounts of ${place}`, user: `system:serviceaccount:${place}:some-program`, more: [] },
    { party: 'controllers', user: 'system:serviceaccount:kube-system:generic-garbage-collector', more: [] },
    { party: 'kubelets', user: 'system:node:some-node', more: [] },
  ];
  return users.map(({ party, user, more }) => ({ party, user, groups: [...more, ...groupsOfUser(user)] }));
}

/** Asks a policy whether it records what would answer a question, for each request that would, and each who may send it. */
export function recordedBy(policy: Policy, asked: Asked): RecordedRequest[] {
  return requestsOf(asked).map((request) => ({
    request,
    recordings: partiesOf(asked).map(({ party, user, groups }) => ({
      party,
      decision: decide(policy, { ...request, user, groups: [...groups] }),
    })),
  }));
}

/** The requests that would answer a question, as a policy sees them: a create has its name only in the body. */
function requestsOf(asked: Asked): RequestAttributes[] {
  const { act, subresource, isNamespaced } = asked;
  if (act.word === 'bind')
    return ['rolebindings', 'clusterrolebindings'].map((resource) => ({
      ...place({ ...asked, isNamespaced: resource === 'rolebindings' }),
      verb: 'create',
      apiGroup: 'rbac.authorization.k8s.io',
      resource,
    }));
  const subresources = act.word === 'change' ? ['', 'scale'] : (act.subresources ?? [subresource]);
  const own = act.verbs.flatMap((verb) =>
    subresources.map((sub) => ({
      ...place(asked),
      verb,
      apiGroup: asked.group,
      resource: asked.resource,
      ...(sub === '' ? {} : { subresource: sub }),
      ...(asked.name === '' || WITHOUT_NAME.includes(sub === '' ? verb : '') ? {} : { name: asked.name }),
    })),
  );
  const { namespace } = asked;
  const isDelete = act.word === 'delete' && isNamespaced && namespace !== '';
  const base = { isResourceRequest: true, verb: 'delete', apiGroup: '', resource: 'namespaces' };
  return isDelete ? [...own, { ...base, name: namespace, namespace }] : own;
}

const WITHOUT_NAME: readonly string[] = ['create', 'deletecollection', 'list', 'watch'];

function place({ namespace, isNamespaced }: Asked): RequestAttributes {
  const name = namespace === '' ? 'default' : namespace;
  return { isResourceRequest: true, ...(isNamespaced ? { namespace: name } : {}) };
}
