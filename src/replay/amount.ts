/** How many events, and how many bytes their lines have, line feeds included. */
export interface Amount {
  events: number;
  bytes: number;
}

/** Adds an event to an amount. */
export function count(amount: Amount, bytes: number): void {
  amount.events += 1;
  amount.bytes += bytes;
}
