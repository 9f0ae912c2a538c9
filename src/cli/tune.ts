/** What reads logs. */
const READERS: readonly string[] = ['logs', 'who', 'report', 'policy replay', 'policy suggest'];

/**
 * V8 lets the space for what was just made grow to 48 MB while a log is read, of which next to nothing is still in use when it is full.
 * With a factor of 1 it stays as it is (2 to 6 MB): at the peak 50 MB less with Node.js 20 and 120 MB less with 24, measured. All else may
 * grow to a multiple of what was in use, and with what lies outside of it (the bytes of events) that is the most there is: with half
 * as much again as the most, `logs --all` takes 30 MB less at the peak, and a twentieth more of processor time.
 *
 * Small buffers share pieces of memory, which stay as long as one of them: 8 KiB up to Node.js 22, and 64 KiB in 24, which is 10 MB more
 * where events are kept.
 *
 * V8 of Node.js 20 compiles anew what ran for a moment, and a log is often read before that has paid: with three times as much patience
 * commands take a twentieth to a sixth less processor time, and none takes more, measured. Later ones have another compiler in between.
 *
 * To be called before anything is compiled: V8 takes nothing from a cache that was kept under other flags.
 */
export function tuneForLogs(argv: readonly string[]): void {
  const words = argv.slice(2, 4).join(' ');
  const isReader = READERS.some((each) => words === each || words.startsWith(`${each} `));
  // node:v8 loads Node's streams: only here, as no other command needs them to start.
  if (!isReader) return;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=200000');
  Buffer.poolSize = 8192;
}
