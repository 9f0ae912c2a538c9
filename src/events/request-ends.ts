import type { LoggedEvent } from './event.ts';
import { AUDIT_ID, RECEIVED, RECEIVED_LOW, type Scanner, STAMP } from './scan.ts';
import { textIn } from './walked.ts';

/** More than so many open at once are not told apart: they are taken for ended. */
const MOST_OPEN = 20_000;

/** A request that began to answer. */
interface Open {
  parts: readonly string[];
  at: number;
}

/**
 * Tells the last event of a request from the others, so that each request is counted once. One ends with stage ResponseComplete or Panic,
 * or with a lone ResponseStarted that refuses it before there is a user (a failed login, a bad timeout). One that began to answer and does
 * not end in this log is still open.
 */
export class RequestEnds {
  /** How many ends of requests there were, whether or not somebody counts them. */
  ended: number = 0;
  readonly #begun: Map<string, Open> = new Map();
  /** When those were received: most ends are of none of them, and need not be looked up by their ID. */
  readonly #received: Numbers = new Numbers();

  /** Whether this event ends its request. */
  isEnd(event: LoggedEvent): boolean {
    const { stage } = event;
    const isLast = stage === 'ResponseComplete' || stage === 'Panic';
    if (!isLast && (stage !== 'ResponseStarted' || event.code < 400 || event.user?.username)) return false;
    this.ended += 1;
    if (this.#begun.size > 0) this.#end(keyOf(event), lowOf(event));
    return true;
  }

  /** Takes one whose stage is ResponseComplete, in a row of a scanner. */
  complete(scanner: Scanner, at: number): void {
    this.ended += 1;
    const low = scanner.rows[at + RECEIVED_LOW] ?? 0;
    if (this.#begun.size > 0 && this.#received.mayHave(low)) this.#end(keyIn(scanner, at), low);
  }

  /** Takes what began and is wanted: what is left when the log ends is still open. */
  begin(event: LoggedEvent, parts: readonly string[]): void {
    if (this.#begun.size < MOST_OPEN) this.#begin(keyOf(event), lowOf(event), { parts, at: event.at });
  }

  /** The same in a row of a scanner. */
  beginRow(scanner: Scanner, at: number, parts: readonly string[]): void {
    const low = scanner.rows[at + RECEIVED_LOW] ?? 0;
    const stamp = scanner.times[(at + STAMP) >> 1] ?? NaN;
    if (this.#begun.size < MOST_OPEN) this.#begin(keyIn(scanner, at), low, { parts, at: stamp });
  }

  /** What is still open: it began to answer, and no end was seen. */
  open(): Open[] {
    return [...this.#begun.values()];
  }

  #begin(key: string, low: number, open: Open): void {
    if (!this.#begun.has(key)) this.#received.add(low);
    this.#begun.set(key, open);
  }

  #end(key: string, low: number): void {
    if (this.#begun.delete(key)) this.#received.remove(low);
  }
}

/** The audit ID is what the client says, so it alone does not tell requests apart. */
function keyOf({ auditID, requestReceivedTimestamp }: LoggedEvent): string {
  return `${auditID}\n${requestReceivedTimestamp}`;
}

function keyIn(scanner: Scanner, at: number): string {
  return `${textAt(scanner, at + AUDIT_ID)}\n${textAt(scanner, at + RECEIVED)}`;
}

/** undefined for what is no text. */
function textAt({ room, rows }: Scanner, place: number): string | undefined {
  const [from = 0, to = 0] = [rows[place], rows[place + 1]];
  return from > 0 && room[from] === QUOTE ? textIn(room, from, to) : undefined;
}

const QUOTE = 0x22;

/** As a row has it. */
function lowOf({ received }: LoggedEvent): number {
  return (received % 2 ** 32) | 0;
}

/** So many groups of numbers are told apart: one in fifty is taken for one of `MOST_OPEN` that it is not. */
const GROUPS = 2 ** 20;
const MOST_IN_GROUP = 255;

/** Some numbers; it takes a few others for one of them too. Where a group of them was once full it stays so. */
class Numbers {
  #counts = new Uint8Array();

  mayHave(number: number): boolean {
    return this.#counts[number & (GROUPS - 1)] !== 0;
  }

  add(number: number): void {
    if (this.#counts.length === 0) this.#counts = new Uint8Array(GROUPS);
    this.#change(number & (GROUPS - 1), 1);
  }

  remove(number: number): void {
    this.#change(number & (GROUPS - 1), -1);
  }

  #change(group: number, by: 1 | -1): void {
    const count = this.#counts[group] ?? 0;
    if (count < MOST_IN_GROUP) this.#counts[group] = count + by;
  }
}
