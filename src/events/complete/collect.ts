import type { LoggedEvent, LogSource } from '../event.ts';
import { isHuman } from '../people.ts';
import { type LeaseSign, leaseSign } from './lease.ts';
import { Relevelled } from './relevelled.ts';
import { Histogram, type Span, Spans } from './spans.ts';

/** What was seen of the lease of one API server. */
export interface LeaseFacts {
  lease: string;
  heard: readonly Span[];
  /** When it was made: at each start. */
  made: readonly number[];
  /** When it was taken away, or was to be: at a clean stop and, before it is made, at each start. */
  removed: readonly { at: number; isDone: boolean }[];
  revisions: readonly Revision[];
}

/** A request that is answered for as long as it is open. */
export interface Stream {
  at: number;
  isWatch: boolean;
}

/** When the API server thought it was as the cluster's store had come to a revision. */
export interface Revision {
  revision: number;
  at: number;
}

/** One file of a log. */
interface FileFacts {
  name: string;
  from: number;
  to: number;
  events: number;
  /** Lines that are no event any more. */
  damaged: number;
}

/** All that is collected of the log of one API server. */
export interface ServerFacts {
  server: string;
  from: number;
  to: number;
  events: number;
  /** What the API server calls its release: `1.36.3`; undefined where nothing tells it. */
  version: string | undefined;
  files: readonly FileFacts[];
  /** The leases that were renewed here: one, unless the log is that of several API servers. */
  leases: readonly LeaseFacts[];
  /** Leases of others that were taken away here, because they had expired. */
  expired: readonly { lease: string; at: number }[];
  /** kOps' health check, which asks once a second: a second heartbeat. */
  probed: readonly Span[];
  /** When there was any event. */
  active: readonly Span[];
  /** What else happened, by time. */
  happened: Histogram;
  /** Bodies that kube-apiserver cut (`audit.k8s.io/truncated`). */
  truncated: number;
  /** Requests of which only the beginning was recorded, although the end is of others; `patches` of them are patches. */
  unended: { requests: number; patches: number };
  /** Watches, shells and others that answer for long, which began at `at` and of which no end was recorded. */
  streams: readonly Stream[];
  /** When the policy changed: each is somewhere in one of these, or in several. */
  relevelled: readonly Span[];
}

/** Collects what tells whether the log of an API server is complete, in constant memory. */
export interface LogCollector {
  add(event: LoggedEvent): void;
  /** To be called after each file, with how many of its lines are no event any more. */
  fileEnded(source: LogSource, damaged: number): void;
  facts(): ServerFacts;
}

/** Makes a collector for the log of one API server. */
export function logCollector(server: string): LogCollector {
  const leases = new LeaseCollector();
  const [active, probed, happened] = [new Spans(), new Spans(), new Histogram()];
  const open = new OpenRequests();
  const relevelled = new Relevelled();
  const files: FileFacts[] = [];
  let file = emptyFile();
  let [truncated, version] = [0, ''];
  return {
    add(event) {
      const { at } = event;
      file.events += 1;
      if (!Number.isNaN(at)) {
        file.from = Math.min(file.from, at);
        file.to = Math.max(file.to, at);
        active.add(at);
        happened.add(at, isChange(event));
      }
      open.add(event);
      relevelled.add(event);
      const sign = leaseSign(event);
      if (sign) leases.add(sign, at);
      if (version === '' && event.user?.username === 'system:apiserver') version = versionIn(event.userAgent);
      if (event.verb === 'get' && event.user?.username === PROBE) probed.add(at);
      if (event.annotations?.['audit.k8s.io/truncated'] === 'true') truncated += 1;
    },
    fileEnded({ name }, damaged) {
      files.push({ ...file, name, damaged });
      file = emptyFile();
    },
    facts: () => ({
      server,
      from: Math.min(...files.map(({ from }) => from)),
      to: Math.max(...files.map(({ to }) => to)),
      events: files.reduce((sum, { events }) => sum + events, 0),
      version: version === '' ? undefined : version,
      files,
      ...leases.facts(),
      probed: probed.list(),
      active: active.list(),
      happened,
      truncated,
      unended: open.unended(),
      streams: open.streams(),
      relevelled: relevelled.changes(),
    }),
  };
}

function versionIn(userAgent = ''): string {
  return /^kube-apiserver\/v(1\.\d{1,3}(?:\.\d+)?)/.exec(userAgent)?.[1] ?? '';
}

/** The user of kOps' health check (`nodeup/pkg/model/kube_apiserver_healthcheck.go`, 1.36). */
export const PROBE = 'kube-apiserver-healthcheck';
const CHANGES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

function isChange(event: LoggedEvent): boolean {
  return CHANGES.has(event.verb) && event.stage === 'ResponseComplete' && isHuman(event);
}

function emptyFile(): Omit<FileFacts, 'name' | 'damaged'> {
  return { from: Infinity, to: -Infinity, events: 0 };
}

interface Lease {
  beats: Spans;
  made: number[];
  removed: { at: number; isDone: boolean }[];
  revisions: Revision[];
  last: number;
}

/** More API servers than any cluster has: names come from the log. */
const MOST_LEASES = 64;
const MOST_REVISIONS = 2000;

/** Follows the leases that are renewed in one log. */
class LeaseCollector {
  readonly #leases = new Map<string, Lease>();
  /** When leases were made whose name the event did not tell. */
  readonly #nameless: number[] = [];

  add({ what, lease, isDone, revision }: LeaseSign, at: number): void {
    if (Number.isNaN(at)) return;
    if (lease === '') {
      if (isDone && what === 'made') this.#nameless.push(at);
      return;
    }
    const known = this.#leases.get(lease) ?? this.#begin(lease);
    if (known === undefined) return;
    if (what === 'removed') {
      known.removed.push({ at, isDone });
      return;
    }
    known.beats.add(at);
    if (what === 'made' && isDone) known.made.push(at);
    if (!Number.isNaN(revision) && !Number.isNaN(known.last)) remember(known.revisions, { revision, at: known.last });
    known.last = isDone ? at : Number.NaN;
  }

  #begin(lease: string): Lease | undefined {
    if (this.#leases.size >= MOST_LEASES) return undefined;
    const begun = { beats: new Spans(), made: [], removed: [], revisions: [], last: Number.NaN };
    this.#leases.set(lease, begun);
    return begun;
  }

  facts(): Pick<ServerFacts, 'leases' | 'expired'> {
    const all = [...this.#leases];
    const own = all.filter(([, { beats }]) => beats.list().length > 0);
    const nameless = own.length === 1 ? this.#nameless : [];
    return {
      leases: own.map(([lease, { beats, made, removed, revisions }]) => ({
        lease,
        heard: beats.list(),
        made: [...made, ...nameless].toSorted((a, b) => a - b),
        removed: removed.toSorted((a, b) => a.at - b.at),
        revisions,
      })),
      // Where no lease is renewed that one can be its own.
      expired: (own.length === 0 ? [] : all).flatMap(([lease, { beats, removed }]) => {
        const done = removed.find(({ isDone }) => isDone);
        return beats.list().length > 0 || done === undefined ? [] : [{ lease, at: done.at }];
      }),
    };
  }
}

// A renewal tells the revision of the one before it. Of too many every other one is enough.
function remember(revisions: Revision[], one: Revision): void {
  revisions.push(one);
  if (revisions.length < MOST_REVISIONS) return;
  const kept = revisions.filter((_, at) => at % 2 === 0);
  revisions.splice(0, revisions.length, ...kept);
}

const MOST_OPEN = 10_000;
/** A request may still have been under way when the log ends. */
const UNDER_WAY = 60_000_000;

/** Pairs the beginnings of requests with their ends, where both are recorded, and the beginnings of answers with theirs. */
class OpenRequests {
  readonly #open = new Map<string, { at: number; verb: string }>();
  readonly #streams = new Map<string, Stream>();
  #ends = 0;
  #areEndsRecorded = false;
  #latest = -Infinity;

  add(event: LoggedEvent): void {
    const { stage, auditID, at, verb } = event;
    if (at > this.#latest) this.#latest = at;
    if (stage === 'RequestReceived') {
      if (verb !== 'watch' && this.#open.size < MOST_OPEN) this.#open.set(auditID, { at, verb });
      return;
    }
    this.#ends += 1;
    this.#open.delete(auditID);
    if (stage === 'ResponseStarted') this.#begin(event);
    else {
      this.#areEndsRecorded = true;
      if (this.#streams.size > 0) this.#streams.delete(auditID);
    }
  }

  // What is refused has no more than this stage. Its own watches end with the API server itself.
  #begin({ auditID, at, verb, code, user }: LoggedEvent): void {
    const isRefused = code >= 400 || user?.username === undefined;
    if (isRefused || user.username === 'system:apiserver' || this.#streams.size >= MOST_OPEN) return;
    this.#streams.set(auditID, { at, isWatch: verb === 'watch' });
  }

  unended(): ServerFacts['unended'] {
    if (this.#ends === 0) return { requests: 0, patches: 0 };
    const left = [...this.#open.values()].filter(({ at }) => at < this.#latest - UNDER_WAY);
    return { requests: left.length, patches: left.filter(({ verb }) => verb === 'patch').length };
  }

  streams(): Stream[] {
    return this.#areEndsRecorded ? [...this.#streams.values()] : [];
  }
}
