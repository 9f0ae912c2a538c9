import { bare, QUIET, quietPolicy } from './findings.ts';

/** A policy that one rule complains of, and one beside it of which no rule does. */
export interface Case {
  rule: string;
  broken: string;
  /** What is said, whole. */
  message: string;
  fine: string;
  kubernetesVersion?: string | null;
}

const NAME_OF = (group: string, name: string): string =>
  quietPolicy(`- {level: Metadata, users: [alice], resources: [{group: "${group}", resources: [${name}]}]}`);
const VERBS = (verbs: string, more = 'resources: [{group: ""}]'): string =>
  quietPolicy(`- {level: Metadata, users: [alice], verbs: [${verbs}], ${more}}`);
const WHO = (who: string): string =>
  quietPolicy(`- {level: None, verbs: [get], resources: [{group: "", resources: [nodes]}], ${who}}`);
const AT = (level: string, resource: string, group = '""'): string =>
  quietPolicy(`- {level: ${level}, resources: [{group: ${group}, resources: [${resource}]}]}`);

const ALICE =
  '- {level: RequestResponse, verbs: [get], users: [alice], namespaces: [prod], resources: [{resources: ["*"], resourceNames: [db]}]}';

const CHANGES = (verbs: string): string => `- {level: Metadata, verbs: [${verbs}], resources: [{resources: [pods]}]}`;
const PODS = 'resources: [{resources: [pods]}]';
const NODES = 'resources: [{resources: [nodes]}]';
const LEASES = 'resources: [{group: coordination.k8s.io, resources: [leases]}]';
const NO_LEASES = `- {level: None, ${LEASES}}`;
const HEARTBEAT = `- {level: Metadata, users: ["system:apiserver"], namespaces: [kube-system], ${LEASES}}`;
const NO_PODS = '- {level: None, resources: [{resources: [pods]}]}';

export const CASES: readonly Case[] = [
  {
    rule: 'policy-records-nothing',
    broken: bare('- {level: None}'),
    message: 'the policy records nothing',
    fine: quietPolicy('- {level: None, users: [alice], verbs: [get], resources: [{group: "", resources: [nodes]}]}'),
  },
  {
    rule: 'policy-records-nothing',
    broken: bare('- {level: None}\n- {level: Metadata}\n- {level: Request, users: [alice]}'),
    message: 'the policy records nothing: rules of level None decide everything, or all stages are omitted',
    fine: quietPolicy(''),
  },
  {
    rule: 'policy-records-nothing',
    broken: bare('- {level: Metadata}', 'omitStages: [RequestReceived, ResponseStarted, ResponseComplete, Panic]'),
    message: 'the policy records nothing: rules of level None decide everything, or all stages are omitted',
    fine: quietPolicy(''),
  },
  {
    rule: 'no-catch-all',
    broken: bare(`${QUIET}\n- {level: Metadata, namespaces: [""]}`),
    message:
      'no rule matches RBAC (create, update, patch, delete, deletecollection), secrets, pods/exec, pods/attach, config maps, pods, deployments, pods/portforward, pods/proxy, services/proxy, the heartbeat of the API servers, custom resources and other paths',
    fine: quietPolicy('- {level: Metadata, namespaces: [""]}'),
  },
  {
    rule: 'no-catch-all',
    broken: bare(`${QUIET}\n- {level: Metadata, resources: [{group: "*"}]}`),
    message: 'no rule matches other paths',
    fine: bare(`${QUIET}\n- {level: Metadata, resources: [{group: "*"}]}\n- {level: None}`),
  },
  {
    rule: 'sensitive-changes-dropped',
    broken: quietPolicy('- {level: None, users: ["system:serviceaccount:ci:runner"]}'),
    message: 'rule 3 drops RBAC, secrets, pods/exec and pods/attach by system:serviceaccount:ci:runner',
    fine: quietPolicy('- {level: None, users: ["system:serviceaccount:ci:runner"], verbs: [watch]}'),
  },
  {
    rule: 'sensitive-changes-dropped',
    broken: quietPolicy('- {level: None, userGroups: [dev], verbs: [get], namespaces: [tools]}'),
    message: 'rule 3 drops pods/exec (get) and pods/attach (get) by dev',
    fine: quietPolicy(
      '- {level: Metadata, resources: [{group: "", resources: [pods/exec, pods/attach]}]}\n- {level: None, userGroups: [dev], verbs: [get], namespaces: [tools]}',
    ),
  },
  {
    rule: 'cis-3-2-2',
    broken: quietPolicy('- {level: None, verbs: [list]}'),
    message: 'rule 3 drops secrets (list)',
    fine: quietPolicy('- {level: Metadata, resources: [{resources: [secrets]}]}\n- {level: None, verbs: [list]}'),
  },
  {
    rule: 'heartbeat-dropped',
    broken: quietPolicy(NO_LEASES),
    message: 'rule 3 drops the heartbeat of the API servers: nobody can tell whether the log is complete',
    fine: quietPolicy(`${HEARTBEAT}\n${NO_LEASES}`),
  },
  {
    rule: 'heartbeat-dropped',
    broken: quietPolicy('- {level: None, userGroups: ["system:masters"], resources: [{group: coordination.k8s.io}]}'),
    message: 'rule 3 drops the heartbeat of the API servers: nobody can tell whether the log is complete',
    fine: `${quietPolicy(NO_LEASES)}`.replace(
      '- level: None\n  nonRes',
      '- {level: Metadata, users: [kube-apiserver-healthcheck]}\n- level: None\n  nonRes',
    ),
  },
  {
    rule: 'policy-records-secrets',
    broken: AT('Request', 'secrets'),
    message: 'rule 3 writes the content of secrets (create, update, patch) into the log',
    fine: AT('Metadata', 'secrets'),
  },
  {
    rule: 'policy-records-secrets',
    broken: AT('RequestResponse', 'serviceaccounts/token'),
    message: 'rule 3 writes the content of service account tokens (create) into the log',
    fine: AT('Metadata', 'serviceaccounts/token'),
  },
  {
    rule: 'policy-records-secrets',
    broken: AT('Request', 'tokenreviews', 'authentication.k8s.io'),
    message: 'rule 3 writes the content of token reviews (create) into the log',
    fine: AT('Metadata', 'tokenreviews', 'authentication.k8s.io'),
  },
  {
    rule: 'policy-records-secrets',
    broken: quietPolicy(`- {level: Metadata, resources: [{resources: [configmaps]}]}\n${ALICE}`),
    message: 'rule 4 writes the content of secrets (get) of alice into the log',
    fine: quietPolicy(`- {level: Metadata, resources: [{resources: [configmaps, secrets]}]}\n${ALICE}`),
  },
  {
    rule: 'unknown-namespace',
    broken: quietPolicy(`- {level: Metadata, namespaces: [kube_system], verbs: [list], ${PODS}}`),
    message: 'rule 3: "kube_system" is probably a misspelt namespace',
    fine: quietPolicy(`- {level: Metadata, namespaces: [kube-system, kube-systematic, dev], verbs: [list], ${PODS}}`),
  },
  {
    rule: 'unknown-namespace',
    broken: quietPolicy(`- {level: Metadata, namespaces: [My_Team], verbs: [list], ${PODS}}`),
    message: 'rule 3: no namespace can have the name "My_Team"',
    fine: quietPolicy(`- {level: Metadata, namespaces: [my-team], verbs: [list], ${PODS}}`),
  },
  {
    rule: 'response-complete-omitted',
    broken: quietPolicy('- {level: Request, resources: [{resources: [secrets]}], omitStages: [ResponseComplete]}'),
    message: 'rule 3 omits the stage ResponseComplete',
    fine: AT('Metadata', 'secrets'),
  },
  {
    rule: 'sensitive-changes-dropped',
    broken: quietPolicy('- {level: None, verbs: [create], resources: [{resources: [secrets]}]}'),
    message: 'rule 3 drops secrets (create)',
    fine: quietPolicy('- {level: None, verbs: [create], resources: [{resources: [bindings]}]}'),
  },
  {
    rule: 'resource-not-served',
    broken: NAME_OF('extensions', 'ingresses'),
    message: 'rule 3: ingresses was removed in Kubernetes 1.22',
    fine: NAME_OF('networking.k8s.io', 'ingresses'),
  },
  {
    rule: 'rule-order',
    broken: quietPolicy(
      `- {level: Metadata, verbs: [get], userGroups: [dev]}\n- {level: None, userGroups: [dev], ${NODES}}`,
    ),
    message: 'rule 3 gives get of nodes level Metadata, before rule 4 can give them None',
    fine: quietPolicy(
      `- {level: Metadata, verbs: [get], userGroups: [dev]}\n- {level: None, userGroups: [dev, ops], ${NODES}}`,
    ),
  },
  {
    rule: 'deletecollection-missing',
    broken: quietPolicy(`${CHANGES('delete')}\n- {level: None, verbs: [deletecollection], ${PODS}}`),
    message: 'rule 3 records delete, but no rule records deletecollection as much',
    fine: quietPolicy(`- {level: None, verbs: [deletecollection], ${PODS}}\n${CHANGES('delete, deletecollection')}`),
  },
  {
    rule: 'policy-records-config-maps',
    broken: AT('Request', 'configmaps'),
    message: 'rule 3 writes the content of config maps (create, update, patch) into the log',
    fine: AT('Metadata', 'configmaps'),
  },
  {
    rule: 'policy-records-credential-requests',
    broken: AT('Request', 'certificatesigningrequests', 'certificates.k8s.io'),
    message: 'rule 3 writes the content of certificate signing requests (create, update, patch) into the log',
    fine: AT('Metadata', 'certificatesigningrequests', 'certificates.k8s.io'),
  },
  {
    rule: 'policy-records-credential-requests',
    broken: AT('Request', 'serviceaccounts/token'),
    message: 'rule 3 writes the content of token requests (create) into the log',
    fine: AT('Metadata', 'serviceaccounts/token'),
  },
  {
    rule: 'catch-all-not-last',
    broken: quietPolicy('- {level: Metadata}\n- {level: Request, users: [alice]}'),
    message: 'rule 3 matches every request, so rules 4 and 5 never decide',
    fine: quietPolicy(''),
  },
  {
    rule: 'unreachable-rule',
    broken: quietPolicy(
      '- {level: None, verbs: [get, watch], resources: [{resources: [nodes]}]}\n- {level: Metadata, verbs: [watch], users: [alice], resources: [{resources: [nodes]}]}',
    ),
    message: 'rule 4 never decides: rule 3 matches all that it does',
    fine: quietPolicy(
      '- {level: Metadata, verbs: [watch], users: [alice], resources: [{resources: [nodes]}]}\n- {level: None, verbs: [get, watch], resources: [{resources: [nodes]}]}',
    ),
  },
  {
    rule: 'unreachable-rule',
    broken: quietPolicy(
      '- {level: None, verbs: [get], resources: [{resources: [nodes]}]}\n- {level: None, verbs: [watch], resources: [{resources: [nodes]}]}\n- {level: Metadata, verbs: [get, watch], resources: [{resources: [nodes]}]}',
    ),
    message: 'rule 5 never decides: rules 3 and 4 together match all that it does',
    fine: quietPolicy(
      '- {level: None, verbs: [get], resources: [{resources: [nodes]}]}\n- {level: None, verbs: [watch], resources: [{resources: [nodes]}]}\n- {level: Metadata, verbs: [get, watch, list], resources: [{resources: [nodes]}]}',
    ),
  },
  {
    rule: 'rule-order',
    broken: quietPolicy(
      '- {level: Metadata, verbs: [get, list, watch]}\n- {level: None, resources: [{resources: [nodes]}]}',
    ),
    message: 'rule 3 gives get, list, watch of nodes level Metadata, before rule 4 can give them None',
    fine: quietPolicy(
      '- {level: Metadata, verbs: [get, list, watch], userGroups: [admins]}\n- {level: None, resources: [{resources: [nodes]}]}',
    ),
  },
  {
    rule: 'unknown-group',
    broken: NAME_OF('core', 'pods'),
    message: 'rule 3: there is no API group "core"',
    fine: NAME_OF('', 'pods'),
  },
  {
    rule: 'unknown-group',
    broken: NAME_OF('apps.k8s.io', 'deployments'),
    message: 'rule 3: there is no API group "apps.k8s.io"',
    fine: NAME_OF('gateway.networking.k8s.io', 'gateways'),
  },
  {
    rule: 'unknown-group',
    broken: NAME_OF('schedulin.k8s.io', 'priorityclasses'),
    message: 'rule 3: there is no API group "schedulin.k8s.io"',
    fine: NAME_OF('scheduling.x-k8s.io', 'podgroups'),
  },
  {
    rule: 'unknown-group',
    broken: NAME_OF('autoscalin', 'horizontalpodautoscalers'),
    message: 'rule 3: there is no API group "autoscalin"',
    fine: NAME_OF('autoscaling.k8s.io', 'verticalpodautoscalers'),
  },
  {
    rule: 'group-not-served',
    broken: quietPolicy('- {level: Metadata, verbs: [list], resources: [{group: apps}, {group: extensions}]}'),
    message: 'rule 3: the API group extensions was removed in Kubernetes 1.22',
    fine: quietPolicy('- {level: Metadata, verbs: [list], resources: [{group: apps}]}'),
  },
  {
    rule: 'wildcard-group-version',
    broken: quietPolicy('- {level: Metadata, verbs: [list], resources: [{group: apps}, {group: "*"}]}'),
    message: 'rule 3: the group "*" is refused up to Kubernetes 1.35; 1.36 and later read it',
    kubernetesVersion: null,
    fine: quietPolicy('- {level: Metadata, verbs: [list], resources: [{group: apps}]}'),
  },
  {
    rule: 'resource-in-wrong-group',
    broken: NAME_OF('', 'deployments'),
    message: 'rule 3: the core group has no deployments',
    fine: NAME_OF('apps', 'deployments'),
  },
  {
    rule: 'resource-not-plural',
    broken: NAME_OF('', 'Pod/log'),
    message: 'rule 3: "Pod/log" matches nothing',
    fine: NAME_OF('', 'pods/log'),
  },
  {
    rule: 'unknown-resource',
    broken: NAME_OF('', 'secert'),
    message: 'rule 3: the core group has no secert',
    fine: NAME_OF('example.com', 'secert'),
  },
  {
    rule: 'unknown-subresource',
    broken: NAME_OF('', 'pods/exce'),
    message: 'rule 3: pods has no subresource exce',
    fine: NAME_OF('', 'pods/exec'),
  },
  {
    rule: 'resource-pattern',
    broken: NAME_OF('', '"*/*"'),
    message: 'rule 3: "*/*" is not a valid pattern and matches nothing',
    fine: NAME_OF('', '"*", "pods/*", "*/status"'),
  },
  {
    rule: 'resource-not-served',
    broken: NAME_OF('policy', 'podsecuritypolicies'),
    message: 'rule 3: podsecuritypolicies was removed in Kubernetes 1.25',
    fine: NAME_OF('policy', 'poddisruptionbudgets'),
  },
  {
    rule: 'resource-not-served',
    kubernetesVersion: '1.31.2',
    broken: NAME_OF('', 'pods/resize'),
    message: 'rule 3: pods/resize comes with Kubernetes 1.32',
    fine: NAME_OF('', 'pods/ephemeralcontainers'),
  },
  {
    rule: 'literal-star',
    broken: VERBS('"*"'),
    message: 'rule 3: "*" in verbs is not a pattern and matches nothing',
    fine: VERBS('get'),
  },
  {
    rule: 'literal-star',
    broken: WHO('users: ["system:serviceaccount:kube-system:*"]'),
    message: 'rule 3: "system:serviceaccount:kube-system:*" in users is not a pattern and matches nothing',
    fine: WHO('userGroups: ["system:serviceaccounts:kube-system"]'),
  },
  {
    rule: 'literal-star',
    broken: quietPolicy('- {level: None, verbs: [get], resources: [{resources: [nodes], resourceNames: ["ip-*"]}]}'),
    message: 'rule 3: "ip-*" in resourceNames is not a pattern and matches nothing',
    fine: quietPolicy('- {level: None, verbs: [get], resources: [{resources: [nodes], resourceNames: [ip-1]}]}'),
  },
  {
    rule: 'unknown-verb',
    broken: VERBS('read'),
    message: 'rule 3: no request for a resource has the verb "read"',
    fine: VERBS('get, list, watch'),
  },
  {
    rule: 'unknown-verb',
    broken: VERBS('list', 'nonResourceURLs: [/metrics]'),
    message: 'rule 3: no request for a path has the verb "list"',
    fine: VERBS('get, head', 'nonResourceURLs: [/metrics]'),
  },
  {
    rule: 'resource-names-without-name',
    broken: quietPolicy(
      '- {level: Metadata, verbs: [create, get], resources: [{resources: [configmaps], resourceNames: [aws-auth]}]}',
    ),
    message: 'rule 3: resourceNames never match create',
    fine: quietPolicy(
      '- {level: Metadata, verbs: [get, list, watch, update], resources: [{resources: [configmaps], resourceNames: [aws-auth]}]}',
    ),
  },
  {
    rule: 'path-of-resource',
    broken: quietPolicy('- {level: None, nonResourceURLs: ["/api/v1/pods*"]}'),
    message: 'rule 3: /api/v1/pods* is the path of a resource, so it matches nothing',
    fine: quietPolicy(
      '- {level: None, nonResourceURLs: ["/api*", "/apis/*", /apis/apps/v1, "/openapi/v3/apis/apps/v1"]}',
    ),
  },
  {
    rule: 'unknown-identity',
    broken: WHO('users: [cluster-autoscaler]'),
    message: 'rule 3: there is no user "cluster-autoscaler"',
    fine: WHO('users: ["system:serviceaccount:kube-system:cluster-autoscaler", alice, "system:custom"]'),
  },
  {
    rule: 'unknown-identity',
    broken: WHO('userGroups: ["system:kube-proxy"]'),
    message: 'rule 3: there is no group "system:kube-proxy"',
    fine: WHO('users: ["system:kube-proxy"]'),
  },
  {
    rule: 'deletecollection-missing',
    broken: quietPolicy(`${CHANGES('create, update, patch, delete')}\n${NO_PODS}`),
    message: 'rule 3 records delete, but no rule records deletecollection as much',
    fine: quietPolicy(`${CHANGES('create, update, patch, delete, deletecollection')}\n${NO_PODS}`),
  },
  {
    rule: 'exec-get-missing',
    broken: quietPolicy(
      '- {level: Metadata, verbs: [create], resources: [{resources: [pods/portforward]}]}\n- {level: Metadata, resources: [{resources: [pods/exec, pods/attach, pods/proxy, services/proxy, secrets]}]}\n- {level: None, verbs: [get]}',
    ),
    message: 'rule 3 records create of pods/portforward, but no rule records get',
    fine: quietPolicy(
      '- {level: Metadata, verbs: [create, get], resources: [{resources: [pods/portforward]}]}\n- {level: Metadata, resources: [{resources: [pods/exec, pods/attach, pods/proxy, services/proxy, secrets]}]}\n- {level: None, verbs: [get]}',
    ),
  },
  {
    rule: 'all-stages-omitted',
    broken: quietPolicy('- {level: Metadata, verbs: [list], omitStages: [ResponseStarted, ResponseComplete, Panic]}'),
    message: 'rule 3 omits all four stages, so it records nothing',
    fine: quietPolicy('- {level: Metadata, verbs: [list], omitStages: [Panic]}'),
  },
  {
    rule: 'response-complete-omitted',
    broken: quietPolicy('- {level: Metadata, verbs: [list], omitStages: [ResponseComplete]}'),
    message: 'rule 3 omits the stage ResponseComplete',
    fine: quietPolicy('- {level: None, users: [alice], verbs: [list], omitStages: [ResponseComplete]}'),
  },
  {
    rule: 'failed-logins-lost',
    broken: quietPolicy('', 'omitStages: [RequestReceived, ResponseStarted]'),
    message: 'the policy omits the stage ResponseStarted, so failed logins are lost',
    fine: quietPolicy('- {level: Metadata, userGroups: ["system:authenticated"], omitStages: [ResponseStarted]}'),
  },
  {
    rule: 'request-received-kept',
    broken: quietPolicy('- {level: Metadata, verbs: [list]}', 'omitManagedFields: true'),
    message: 'rules 3 and 4 also write an event when a request arrives',
    fine: quietPolicy('- {level: Metadata, verbs: [list], omitStages: [RequestReceived]}').replace(
      '- level: Metadata\n',
      '- {level: Metadata, omitStages: [RequestReceived]}\n',
    ),
  },
  {
    rule: 'patches-lost',
    kubernetesVersion: '1.36.3',
    broken: quietPolicy('- {level: Request, verbs: [create, patch], resources: [{group: apps}]}'),
    message: 'rule 3 records patches at level Request, which can lose them on Kubernetes 1.36.3',
    fine: quietPolicy('- {level: Request, verbs: [create, update], resources: [{group: apps}]}'),
  },
  {
    rule: 'request-on-reads',
    broken: quietPolicy('- {level: Request, verbs: [get, list, watch], resources: [{resources: [pods]}]}'),
    message: 'rule 3 has level Request for reads',
    fine: quietPolicy('- {level: RequestResponse, verbs: [get], resources: [{resources: [pods]}]}'),
  },
  {
    rule: 'bodies-on-streams',
    broken: quietPolicy('- {level: RequestResponse, resources: [{resources: [pods/exec, pods/log]}]}'),
    message: 'rule 3 has level RequestResponse for streams',
    fine: quietPolicy('- {level: RequestResponse, resources: [{resources: [pods/exec, pods]}]}'),
  },
  {
    rule: 'managed-fields-kept',
    broken: quietPolicy(
      '- {level: Request, verbs: [create], resources: [{group: apps}]}',
      'omitStages: [RequestReceived]',
    ),
    message: 'rule 3 records bodies with their managed fields',
    fine: quietPolicy(
      '- {level: Request, verbs: [create], resources: [{group: apps}]}',
      'omitStages: [RequestReceived]\nomitManagedFields: yes',
    ),
  },
  {
    rule: 'noise-recorded',
    broken: bare('- {level: Metadata}'),
    message:
      'the policy records leases, events, events of events.k8s.io, endpointslices, /healthz, /livez and /readyz of the control plane',
    fine: quietPolicy(''),
  },
];
