/** What a verb of requests for resources means to the API server. */
interface ResourceVerb {
  verb: string;
  /** What stands for it in the API table (`table.ts`); none where no resource of today knows it. */
  letter?: string;
  /** The URL names the one object that it is about. */
  isOfOne?: true;
  /** What the client sends: an object or a part of one, or no more than options. */
  sends?: 'object' | 'options';
  /** The answer is what was stored, which the client need not know. */
  answersWithStored?: true;
}

/**
 * The verbs of requests for resources, as a policy sees them (`pkg/endpoints/request/requestinfo.go` of k8s.io/apiserver, release
 * 1.37): proxy is that of the old path prefix /api/v1/proxy/, and an HTTP method that is none of them gives "". What they send and
 * answer is in `pkg/endpoints/handlers` of the same release: a deletecollection answers with the list of what it deleted.
 */
const TABLE: readonly ResourceVerb[] = [
  { verb: 'get', letter: 'g', isOfOne: true, answersWithStored: true },
  { verb: 'list', letter: 'l', answersWithStored: true },
  { verb: 'watch', letter: 'w' },
  { verb: 'create', letter: 'c', sends: 'object' },
  { verb: 'update', letter: 'u', isOfOne: true, sends: 'object' },
  { verb: 'patch', letter: 'p', isOfOne: true, sends: 'object' },
  { verb: 'delete', letter: 'd', isOfOne: true, sends: 'options' },
  { verb: 'deletecollection', letter: 'D', sends: 'options', answersWithStored: true },
  { verb: 'proxy', isOfOne: true },
];

/** Every verb that a request for a resource can have. */
export const RESOURCE_VERBS: readonly string[] = verbsThat(() => true);

/** Those that some resource of today knows, in the order in which people list them. */
export const SERVED_VERBS: readonly string[] = verbsThat(({ letter }) => letter !== undefined);

/** Those that write: what they send is a request body. */
export const WRITES: readonly string[] = verbsThat(({ sends }) => sends !== undefined);

/** Those that send an object. */
export const SENDS_OBJECT: readonly string[] = verbsThat(({ sends }) => sends === 'object');

/** Those that answer with what was stored. */
export const ANSWERS_WITH_STORED: readonly string[] = verbsThat((verb) => verb.answersWithStored === true);

/** Those whose URL names an object. */
export const OF_ONE: readonly string[] = verbsThat(({ isOfOne }) => isOfOne === true);

function verbsThat(test: (verb: ResourceVerb) => boolean): string[] {
  return TABLE.filter(test).map(({ verb }) => verb);
}

/** The verb that a letter of the API table stands for. */
export const VERB_OF_LETTER: ReadonlyMap<string | undefined, string> = new Map(
  TABLE.map(({ letter, verb }) => [letter, verb]),
);

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

/** The verbs of requests that only read, and so send no body. */
export const READ_VERBS: readonly string[] = ['get', 'list', 'watch', 'head'];

/** The subresources through which a stream goes, of which no body is recorded (`pkg/audit/request.go`, release 1.37). */
export const STREAMED: readonly string[] = ['exec', 'attach', 'portforward', 'proxy', 'log'];
