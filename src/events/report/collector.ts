import type { LoggedEvent } from '../event.ts';
import type { BurstFinder } from '../questions/bursts.ts';
import { Activity, Tops } from './activity.ts';
import type { CountedSection } from './counted.ts';
import { Groups } from './groups.ts';
import type { Section } from './sections.ts';

/** Takes the events behind a figure. */
export interface EvidenceSink {
  /** Gives the number of its line in the file of that section, from 1; 0 where nothing is kept. */
  add(section: string, event: LoggedEvent): number;
}

/** A request that began to be answered, of which no end was seen yet: a shell, a watch. */
interface Begun {
  /** Kept. */
  event: LoggedEvent;
  /** The sections that it is in, each with the line of its evidence. */
  places: ReadonlyMap<Section, number>;
}

/** So many requests may be under way at once; of more the oldest are told as open. */
const MOST_OPEN = 5000;

/** Collects a report from the events of a log, each given once: memory does not grow with the log. */
export class ReportCollector {
  requests: number = 0;
  readonly activity: Activity = new Activity();
  readonly tops: Tops = new Tops();
  readonly #groups: ReadonlyMap<Section, Groups>;
  readonly #evidence: EvidenceSink;
  readonly #finders: ReadonlyMap<CountedSection, BurstFinder>;
  readonly #begun: Map<string, Begun> = new Map();

  constructor(sections: readonly Section[], counted: readonly CountedSection[], evidence: EvidenceSink) {
    this.#groups = new Map(sections.map((section) => [section, new Groups()]));
    this.#evidence = evidence;
    this.#finders = new Map(counted.map((section) => [section, section.finder()]));
  }

  /** What was found of a section. */
  groupsOf(section: Section): Groups {
    return this.#groups.get(section) ?? new Groups();
  }

  /** What was found by a count. */
  finderOf(section: CountedSection): BurstFinder {
    return this.#finders.get(section) ?? section.finder();
  }

  /** @param event only good until this returns. */
  add(event: LoggedEvent): void {
    for (const finder of this.#finders.values()) finder.add(event);
    const isLast = isEnd(event);
    const places = new Map<Section, number>();
    for (const section of this.#groups.keys())
      if (section.matches(event)) places.set(section, this.#evidence.add(section.id, event));
    if (isLast) this.#end(event, places);
    else if (places.size > 0) this.#begin(event, places);
  }

  /** To be called once, when the log ends: what is under way then is told as open. */
  end(): void {
    for (const begun of this.#begun.values()) this.#open(begun);
    this.#begun.clear();
  }

  #count(event: LoggedEvent): void {
    this.requests += 1;
    this.activity.add(event);
    this.tops.add(event);
  }

  /** A request is in the sections that its beginning was in, however it ended, and its line is that of its beginning. */
  #end(event: LoggedEvent, places: ReadonlyMap<Section, number>): void {
    this.#count(event);
    const key = keyOf(event);
    const begun = this.#begun.get(key);
    if (begun) this.#begun.delete(key);
    for (const [section, line] of new Map([...places, ...(begun?.places ?? [])])) this.#tell(section, event, line);
  }

  #begin(event: LoggedEvent, places: ReadonlyMap<Section, number>): void {
    this.#begun.set(keyOf(event), { event: event.keep(), places });
    const [oldest] = this.#begun;
    if (this.#begun.size <= MOST_OPEN || !oldest) return;
    this.#begun.delete(oldest[0]);
    this.#open(oldest[1]);
  }

  #open({ event, places }: Begun): void {
    this.#count(event);
    for (const [section, line] of places) this.#tell(section, event, line);
  }

  #tell(section: Section, event: LoggedEvent, line: number): void {
    const isOpen = event.stage === 'ResponseStarted' && event.code < 400;
    this.#groups.get(section)?.add(event, { detail: section.detail(event), isOpen, line });
  }
}

/** Of a failed login there is no other event than that its answer started. */
function isEnd({ stage, code }: LoggedEvent): boolean {
  return stage === 'ResponseComplete' || stage === 'Panic' || (stage === 'ResponseStarted' && code === 401);
}

/** The audit ID is what the client says; an aggregated API server writes a second request under the same one. */
function keyOf({ auditID, requestReceivedTimestamp, requestURI }: LoggedEvent): string {
  return [auditID, requestReceivedTimestamp, requestURI].join('\n');
}
