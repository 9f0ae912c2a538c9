/** The minor releases of Kubernetes 1 that serve something: from `since` (19 means 1.19 or before) to `until` (left out: still served). */
export interface Releases {
  since: number;
  until?: number;
}

/** A subresource, `name` without its resource: `exec`. Verbs are those an audit policy sees. */
export interface ApiSubresource extends Releases {
  name: string;
  verbs: readonly string[];
}

/** A resource of the API: `resource` is the plural that a policy names, `singular` the kind in lower case. Group "" is core. */
export interface ApiResource extends Releases {
  group: string;
  resource: string;
  kind: string;
  singular: string;
  shortNames: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  subresources: readonly ApiSubresource[];
}
