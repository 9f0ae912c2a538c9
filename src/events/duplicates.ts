import type { LoggedEvent } from './event.ts';

/** How many events back one is known again, at most: 8 MiB for hashes of 62 bits. */
const SLOTS = 2 ** 20;

/**
 * Knows events that were there before: webhooks send again what was not confirmed, and exports overlap. One is the same by its audit ID,
 * stage and the microsecond at which its request came, which no client can choose. An event is forgotten when another takes its slot, so memory stays as it is.
 */
export class Duplicates {
  readonly #first = new Int32Array(SLOTS);
  readonly #second = new Int32Array(SLOTS);

  /** Whether an event was given before; remembers it. One without an ID or a time is always new. */
  has({ auditID, stage, received }: LoggedEvent): boolean {
    if (auditID === '' || Number.isNaN(received)) return false;
    const [low, high] = [(received % 2 ** 32) | 0, Math.floor(received / 2 ** 32)];
    let [one, other] = [0x811c9dc5, 0x9747b28c]; // FNV-1a, twice
    for (let at = 0; at < auditID.length; at += 1) {
      const unit = auditID.charCodeAt(at);
      one = Math.imul(one ^ unit, 0x01000193);
      other = Math.imul(other ^ unit, 0x01000193);
    }
    const first = mixed(one ^ low, stage.charCodeAt(8));
    const second = mixed(other ^ high, low ^ stage.length);
    const slot = first & (SLOTS - 1);
    const isKnown = this.#first[slot] === first && this.#second[slot] === second;
    this.#first[slot] = first;
    this.#second[slot] = second;
    return isKnown;
  }
}

/** The last steps of MurmurHash3. */
function mixed(a: number, b: number): number {
  let state = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}
