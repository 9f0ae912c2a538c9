import type { LoggedEvent } from '../../events/event.ts';
import { isTyped, type Sender, senderOf } from '../../events/people.ts';
import { requestOf } from '../../events/request.ts';
import { COMBINATION, ROW_STAGES, type Scanner, STAGE } from '../../events/scan.ts';
import { compilePolicy } from '../../policy/decide/compile.ts';
import { type Decision, LEVELS, type Policy, type RequestAttributes } from '../../policy/types.ts';
import { type Amount, count } from '../amount.ts';
import { sizesOf } from '../sizes.ts';
import { isSpared } from './spared.ts';

/** Events of a log that no rule of the policy, and none that is suggested, tells apart. */
export interface Kind {
  /** As the policy sees it; what no rule asks for is left out. */
  request: RequestAttributes;
  sender: Sender;
  stage: string;
  /** What the policy does with them now. */
  decision: Decision;
  /** They stay as they are, whatever they cost. */
  isSpared: boolean;
  events: number;
  /** What their lines have under the policy at each level, in the order of `LEVELS`, up to the one that they have now. */
  bytes: number[];
  /** How many were denied (401, 403), and how many failed, these included. */
  denied: number;
  failed: number;
}

/** More kinds are not told apart: what is beyond counts, and is in no suggestion. */
const MOST_KINDS = 50_000;
/** Stands for all that no rule mentions; no policy can hold it. */
const OTHER = '\0';
/** All kubelets that no rule mentions. */
export const ANY_NODE: string = `system:node:${OTHER}`;
const NODES = 'system:nodes';

/** A log as far as a policy tells it apart: what it costs, of whom, and what it would cost under a policy that keeps less of it. */
export class Traffic {
  readonly #policy: Policy;
  readonly #mostKinds: number;
  readonly #decide: (request: RequestAttributes) => Decision[];
  readonly #mentioned: Mentioned;
  readonly #kinds: Map<string, Kind & { isBeyond: boolean }> = new Map();
  /** By combination and stage. */
  readonly #kindOfRow: (Kind & { isBeyond: boolean })[] = [];
  readonly #people: Set<string> = new Set();
  #hasStrangeNodes = false;
  /** What the policy keeps of events beyond the kinds that are told apart. */
  readonly rest: Amount = { events: 0, bytes: 0 };

  /** @param mostKinds so many kinds are told apart. */
  constructor(policy: Policy, mostKinds: number = MOST_KINDS) {
    this.#policy = policy;
    this.#mostKinds = mostKinds;
    this.#decide = compilePolicy([policy]);
    this.#mentioned = mentionedIn(policy);
  }

  /** Takes an event of the log. */
  add(event: LoggedEvent): void {
    this.#count(event, this.#kindOf(event));
  }

  /** The same of an event in a row of a scanner: those of one combination and stage are of one kind. */
  addRow({ rows }: Scanner, at: number, eventOf: () => LoggedEvent): void {
    const place = (rows[at + COMBINATION] ?? 0) * ROW_STAGES.length + (rows[at + STAGE] ?? 0);
    const event = eventOf();
    this.#count(event, (this.#kindOfRow[place] ??= this.#kindOf(event)));
  }

  /** Forgets all combinations, as the scanner did. */
  forget(): void {
    this.#kindOfRow.length = 0;
  }

  #count(event: LoggedEvent, kind: Kind & { isBeyond: boolean }): void {
    this.#look(event, kind);
    if (!isKept(kind)) return;
    const sizes = sizesUnder(event, kind);
    if (kind.isBeyond) return count(this.rest, sizes.at(-1) ?? 0);
    kind.events += 1;
    for (const [rank, size] of sizes.entries()) kind.bytes[rank] = (kind.bytes[rank] ?? 0) + size;
    if (event.code >= 400) kind.failed += 1;
    if (event.code === 401 || event.code === 403) kind.denied += 1;
  }

  /** The kinds of which something may be left out. */
  open(): Kind[] {
    return [...this.#kinds.values()].filter(
      (kind) =>
        !kind.isSpared &&
        !this.#people.has(kind.request.user ?? '') &&
        !(this.#hasStrangeNodes && kind.request.user === ANY_NODE),
    );
  }

  /** Whether the policy keeps events of such requests. */
  keeps(test: (request: RequestAttributes) => boolean): boolean {
    return [...this.#kinds.values()].some((kind) => kind.events > 0 && test(kind.request));
  }

  /** What is kept under a policy that has only rules more than the one that was given, which have the stages of what decided before. */
  under(policy: Policy): Amount {
    const decide = policy === this.#policy ? undefined : compilePolicy([policy]);
    const amount = { ...this.rest };
    for (const kind of this.#kinds.values()) {
      const [decision = kind.decision] = decide?.(kind.request) ?? [];
      if (!isKept({ stage: kind.stage, decision })) continue;
      amount.events += kind.events;
      amount.bytes += kind.bytes[LEVELS.indexOf(decision.level)] ?? kind.bytes.at(-1) ?? 0;
    }
    return amount;
  }

  #plain(request: RequestAttributes, sender: Sender): RequestAttributes {
    const { users, groups, namespaces, names } = this.#mentioned;
    const { user, groups: own = [], namespace = '', name = '' } = request;
    return {
      ...request,
      ...(user === undefined ? {} : { user: users.has(user) ? user : plainUser(user, sender) }),
      groups: own.filter((group) => groups.has(group)),
      namespace: namespace === '' || namespaces.has(namespace) ? namespace : OTHER,
      name: name === '' || names.has(name) ? name : OTHER,
      ...(request.isResourceRequest === true ? { path: '' } : {}),
    };
  }

  // Whoever acts as others passes on what people do, and who works by hand is one, whatever account that is.
  #look(event: LoggedEvent, { sender, request: { groups = [] } }: Kind): void {
    const isOfSystem = sender === 'account' || sender === 'component' || sender === 'kubelet';
    const isPerson = isOfSystem && (event.impersonatedUser !== undefined || isTyped(event));
    if (isPerson) this.#people.add(event.user?.username ?? '');
    const isNode = sender === 'kubelet';
    if (isNode ? isPerson : groups.includes(NODES)) this.#hasStrangeNodes = true;
  }

  #kindOf(event: LoggedEvent): Kind & { isBeyond: boolean } {
    const { stage } = event;
    const sender = senderOf(event);
    const request = this.#plain(requestOf(event), sender);
    const key = keyOf(request, stage);
    const known = this.#kinds.get(key);
    if (known) return known;
    const [decision = NOTHING] = this.#decide(request);
    const isBeyond = this.#kinds.size >= this.#mostKinds;
    const counts = { events: 0, bytes: [], denied: 0, failed: 0 };
    const kind = { request, sender, stage, decision, isSpared: isSpared(request, sender), isBeyond, ...counts };
    if (!isBeyond) this.#kinds.set(key, kind);
    return kind;
  }
}

const NOTHING: Decision = { level: 'None', rule: 0, omitStages: [], omitManagedFields: false };

/** What the rules of a policy ask for by name. */
interface Mentioned {
  users: ReadonlySet<string>;
  groups: ReadonlySet<string>;
  namespaces: ReadonlySet<string>;
  names: ReadonlySet<string>;
}

function mentionedIn({ rules }: Policy): Mentioned {
  const entries = rules.flatMap(({ resources = [] }) => resources);
  return {
    users: new Set(rules.flatMap(({ users = [] }) => users)),
    groups: new Set([NODES, ...rules.flatMap(({ userGroups = [] }) => userGroups)]),
    namespaces: new Set(rules.flatMap(({ namespaces = [] }) => namespaces)),
    names: new Set(entries.flatMap(({ resourceNames = [] }) => resourceNames)),
  };
}

function plainUser(user: string, sender: Sender): string {
  if (sender === 'kubelet') return ANY_NODE;
  return sender === 'account' || sender === 'component' ? user : OTHER;
}

function keyOf(request: RequestAttributes, stage: string): string {
  const { user, groups = [], verb, apiGroup, resource, subresource, namespace, name, path } = request;
  return JSON.stringify([user, groups, verb, apiGroup, resource, subresource, namespace, name, path, stage]);
}

function isKept({ stage, decision: { level, omitStages } }: Pick<Kind, 'stage' | 'decision'>): boolean {
  return level !== 'None' && !omitStages.some((each) => each === stage);
}

function sizesUnder(event: LoggedEvent, { decision: { level, omitManagedFields }, isSpared }: Kind): number[] {
  const size = sizesOf(event);
  const rank = LEVELS.indexOf(level);
  return LEVELS.slice(0, rank + 1).map((each, at) =>
    each === 'None' || (isSpared && at < rank) ? 0 : size(each, omitManagedFields),
  );
}
