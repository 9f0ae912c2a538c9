/** What tests look at of `policy replay -o json`. */
interface ReplayJson {
  log: { events: number; bytes: number; unreadable: number };
  recordedWith: { name: string; events: number; bytes: number } | null;
  policies: { name: string; events: number; bytes: number; unseen: { effects: string[] } | null }[];
}

export function replayOf(stdout: string): ReplayJson {
  return JSON.parse(stdout);
}
