import type { LoggedEvent } from '../event.ts';

/** A program that deletes and makes objects by itself, and why. */
export interface Controller {
  name: string;
  /** What made it do so: an owner that is gone, a namespace that is being deleted, a workload that was changed; nothing that is recorded. */
  because: 'owner' | 'namespace' | 'change' | 'marked' | 'nothing';
  /** A sentence. */
  says: string;
}

/**
 * The controllers of kube-controller-manager, by the name of their service account (`cmd/kube-controller-manager/names` and the
 * controllers of Kubernetes 1.36), and what deletes besides.
 */
const CONTROLLERS: readonly Controller[] = [
  {
    name: 'generic-garbage-collector',
    because: 'owner',
    says: 'The garbage collector deletes what belonged to an object that is gone.',
  },
  {
    name: 'namespace-controller',
    because: 'namespace',
    says: 'The namespace controller deletes all that is in a namespace that is being deleted.',
  },
  ...['replicaset', 'statefulset', 'daemon-set', 'job', 'replication', 'deployment'].map((kind): Controller => ({
    name: `${kind}-controller`,
    because: 'change',
    says: `The ${kind} controller makes and deletes objects until there are as many as its ${kind} wants.`,
  })),
  {
    name: 'horizontal-pod-autoscaler',
    because: 'nothing',
    says: 'The autoscaler changes how many replicas there are by the load.',
  },
  {
    name: 'cronjob-controller',
    because: 'nothing',
    says: 'The cron job controller makes jobs by the clock, and keeps as many old ones as the cron job says.',
  },
  {
    name: 'ttl-after-finished-controller',
    because: 'nothing',
    says: 'A finished job is deleted once its ttlSecondsAfterFinished is over.',
  },
  {
    name: 'pod-garbage-collector',
    because: 'nothing',
    says: 'Pods of nodes that are gone, and finished ones beyond the limit, are deleted.',
  },
  ...['node-controller', 'taint-eviction-controller'].map((name): Controller => ({
    name,
    because: 'nothing',
    says: 'Pods are deleted from a node that is not reachable, or that is tainted with NoExecute.',
  })),
];

const SCHEDULER: Controller = {
  name: 'kube-scheduler',
  because: 'nothing',
  says: 'The scheduler deletes pods to make room for one of a higher priority.',
};

const KUBELET: Controller = {
  name: 'kubelet',
  because: 'marked',
  says: 'A kubelet removes a pod for good once its containers have ended; it was marked for deletion before.',
};

const GITOPS: Controller = {
  name: 'gitops',
  because: 'nothing',
  says: 'This account applies what is kept in Git: who changed it there is in the history of that repository.',
};

const GIT = /argocd|argo-cd|kustomize-controller|helm-controller|flux|fleet-agent|rancher-agent/;

/** Which controller sent a request; undefined where none did. One without an account of its own is told by its agent. */
export function controllerOf({ user, userAgent = '' }: LoggedEvent): Controller | undefined {
  const { username = '' } = user ?? {};
  if (username.startsWith('system:node:')) return KUBELET;
  if (username === 'system:kube-scheduler') return SCHEDULER;
  const [, , namespace, account] = username.startsWith('system:serviceaccount:') ? username.split(':') : [];
  const isManager = username === 'system:kube-controller-manager';
  const name = isManager
    ? userAgent.slice(userAgent.lastIndexOf(':') + 1)
    : namespace === 'kube-system'
      ? account
      : undefined;
  const found = name === undefined ? undefined : CONTROLLERS.find((each) => each.name === name);
  return found ?? (account !== undefined && GIT.test(`${namespace}/${account}`) ? GITOPS : undefined);
}
