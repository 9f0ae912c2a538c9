/** A request as a person writes it, in the manner of `kubectl auth can-i`. */
export interface RequestWords {
  verb: string;
  /** `pods`, `deploy/web`, `deployments.apps`, `deployments.v1.apps`, `pods/web/log`, or a path such as `/healthz`. */
  target: string;
  name?: string;
  /** Left out: `default`. */
  namespace?: string;
  /** The request is for all namespaces at once. */
  allNamespaces?: boolean;
  subresource?: string;
  /** Who sends it; left out: an ordinary person. */
  as?: string;
  /** Groups besides those that kube-apiserver gives to such a user by itself. */
  asGroups?: readonly string[];
  /** The request fails to authenticate (401). */
  unauthenticated?: boolean;
}

export interface RequestOptions {
  /** For example 1.35.4; left out: the newest. */
  kubernetesVersion?: string;
}
