import { describe, expect, it } from 'vitest';
import { findingsOf, quietPolicy } from './findings.ts';

function told(selector: string): string[] {
  const text = quietPolicy(`- {level: Metadata, verbs: [list], resources: [{resources: [nodes]}], ${selector}}`);
  return findingsOf(text)
    .filter(({ id }) => id === 'unknown-identity' || id === 'unknown-namespace')
    .map(({ fix }) => fix);
}

describe('names that are nearly right', () => {
  it.each([
    ['users: [kube-proxy]', 'Did you mean system:kube-proxy?'],
    ['users: [kube-scheduler]', 'Did you mean system:kube-scheduler?'],
    ['users: ["System:kube-proxy"]', 'Did you mean system:kube-proxy?'],
    ['users: ["system:kubeproxy"]', 'Did you mean system:kube-proxy?'],
    ['users: ["system:master"]', 'Did you mean the group system:masters? Then write it in userGroups.'],
    ['users: ["system:kubelets"]', 'Write userGroups: [system:nodes]. Kubelets are the users system:node:NAME.'],
    ['users: ["system:nodes:a"]', 'Did you mean system:node:a?'],
    ['users: ["system:node:"]', 'Write userGroups: [system:nodes]. Kubelets are the users system:node:NAME.'],
    ['users: [kube-apiserver]', 'Write system:apiserver.'],
    ['users: ["system:serviceaccount:ns"]', 'Write a service account as system:serviceaccount:NAMESPACE:NAME.'],
    ['users: ["system:serviceaccount:ns/ci"]', 'Did you mean system:serviceaccount:ns:ci?'],
    ['users: ["system:serviceaccounts:ns:ci"]', 'Did you mean system:serviceaccount:ns:ci?'],
    ['users: ["serviceaccount:ns:ci"]', 'Did you mean system:serviceaccount:ns:ci?'],
    ['users: ["system:serviceAccount:ns:ci"]', 'Did you mean system:serviceaccount:ns:ci?'],
    ['users: ["system:sa:ns:ci"]', 'Did you mean system:serviceaccount:ns:ci?'],
    ['users: ["system:serviceaccount:kube_system:ci"]', 'Did you mean system:serviceaccount:kube-system:ci?'],
    [
      'users: ["system:serviceaccount:kube-system:namespace-controler"]',
      'Did you mean system:serviceaccount:kube-system:namespace-controller?',
    ],
    [
      'users: ["system:controller:job-controller"]',
      'Write system:serviceaccount:kube-system:job-controller, the user that this ClusterRole is bound to.',
    ],
    ['userGroups: ["system:master"]', 'Did you mean system:masters?'],
    ['userGroups: [masters]', 'Did you mean system:masters?'],
    ['users: [kubeproxy]', 'Did you mean system:kube-proxy?'],
    ['users: [kube_scheduler]', 'Did you mean system:kube-scheduler?'],
    ['users: ["kube-system:coredns"]', 'Did you mean system:serviceaccount:kube-system:coredns?'],
    ['users: ["system:serviceaccount:kube-system:kube-scheduler"]', 'Did you mean system:kube-scheduler?'],
    ['users: ["system:volume-scheduler"]', 'Write the user or group that this ClusterRole is bound to.'],
    ['userGroups: ["system:node-proxier"]', 'Write the user or group that this ClusterRole is bound to.'],
    ['userGroups: ["kube-system"]', 'Write system:serviceaccounts:kube-system.'],
    ['userGroups: ["system:kubelets"]', 'Write system:nodes, the group of the kubelets.'],
    ['userGroups: ["system:serviceaccount"]', 'Write system:serviceaccounts.'],
    ['userGroups: ["system:serviceaccount:ns"]', 'Write system:serviceaccounts:ns.'],
    ['userGroups: ["system:serviceaccounts:kubesystem"]', 'Write system:serviceaccounts:kube-system.'],
    [
      'userGroups: ["system:serviceaccounts:ns:ci"]',
      'Write system:serviceaccounts:ns, or write the one service account in users.',
    ],
    ['userGroups: [kube-scheduler]', 'Did you mean the user system:kube-scheduler? Then write it in users.'],
    ['namespaces: [kubesystem]', 'Did you mean kube-system?'],
    ['namespaces: [Default]', 'Did you mean default?'],
    ['namespaces: [kube-sytem]', 'Did you mean kube-system?'],
    ['namespaces: [a.b]', 'Write it as kubectl get namespaces shows it.'],
  ])('%s: %s', (selector, mend) => {
    expect(told(selector)).toEqual([mend]);
  });

  it.each([
    'users: [alice, admin, "oidc:bob", "arn:aws:iam::1:role/x", kubecfg, kubelet-api, "node-team", proxy, "ci:ns:bot"]',
    'users: ["system:serviceaccount:kube-system:my-controller", "system:serviceaccount:ci:runner", "system:node:i-1"]',
    'users: ["system:kube-aggregator", "system:anonymous", "system:apiserver"]',
    'userGroups: [dev, monitoring, "oidc:masters", "system:bootstrappers:kubeadm:default-node-token", admins]',
    'userGroups: ["system:serviceaccounts:ci", "system:serviceaccounts", "system:monitoring"]',
    'namespaces: ["", default, kube-system, kube-flannel, dev-1, defaults-of-us, kube-systematic]',
  ])('leaves alone: %s', (selector) => {
    expect(told(selector)).toEqual([]);
  });
});
