/**
 * The verbs of requests for resources, as a policy sees them (`pkg/endpoints/request/requestinfo.go` of k8s.io/apiserver, release
 * 1.37): proxy is that of the old path prefix /api/v1/proxy/, and an HTTP method that is none of them gives "".
 */
export const RESOURCE_VERBS: readonly string[] = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'proxy',
];

/** The verbs of requests for a path (the same file): the HTTP method in lower case, any; these are the ones that HTTP knows. */
export const PATH_VERBS: readonly string[] = [
  'get',
  'head',
  'post',
  'put',
  'patch',
  'delete',
  'options',
  'connect',
  'trace',
];

/** Verbs of RBAC that are asked about inside of other requests, never sent (Kubernetes' RBAC and certificates references). */
export const RBAC_ONLY: readonly string[] = ['use', 'bind', 'escalate', 'impersonate', 'approve', 'sign', 'attest'];
