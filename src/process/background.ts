/** A program to run beside us. */
export interface BackgroundProgram {
  binary: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** It is ready when it has printed this. */
  ready: string;
  timeoutMs: number;
  /** A folder that is removed when it has ended. */
  folder: string;
}

/** How it went. */
export interface BackgroundRun {
  /** Ends it. It ends as well when we do, however that happens. */
  stop: () => void;
  /** Null where it is ready; else why it is not, and what it printed to stderr. */
  failure: { exitCode: number | null; timedOut: boolean; stderr: string } | null;
}

/**
 * Runs a program ("$@") and waits for it; ends it when nobody holds the other end of stdin any more: that end the system closes also
 * where we are killed. Standard input of what is run is empty. The folder $0 goes with it: nobody reads what the shell says by then, which
 * must not end it.
 */
const GUARDED =
  'trap "" PIPE; exec 3<&0; "$@" </dev/null 3<&- & program=$!; ' +
  '{ read -r _ <&3; kill "$program"; } 2>/dev/null & guard=$!; exec 3<&-; ' +
  'wait "$program" 2>/dev/null; status=$?; kill "$guard" 2>/dev/null; rm -rf "$0"; exit "$status"';

/** Starts a program that runs for as long as we do, and does not keep us from ending. Gives how that went when it is ready or has ended. */
export async function runInBackground(program: BackgroundProgram): Promise<BackgroundRun> {
  const { binary, args, env, ready, timeoutMs, folder } = program;
  // Loaded here: every start would load them, and few commands run something beside them.
  const [{ spawn }, { Socket }] = await Promise.all([import('node:child_process'), import('node:net')]);
  // In a session of its own: Ctrl-C is for us, who then end it.
  const child = spawn('/bin/sh', ['-c', GUARDED, folder, binary, ...args], { env: { ...env }, detached: true });
  const stop = (): void => {
    child.stdin.destroy();
  };
  const heard = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (heard.stdout += String(text)));
  child.stderr.on('data', (text) => (heard.stderr = (heard.stderr + String(text)).slice(-10_000)));
  child.stdin.on('error', () => {});
  let timer: NodeJS.Timeout | undefined;
  const ended = await new Promise<{ exitCode: number | null; timedOut: boolean } | null>((done) => {
    timer = setTimeout(() => done({ exitCode: null, timedOut: true }), timeoutMs);
    child.stdout.on('data', () => heard.stdout.includes(ready) && done(null));
    child.once('error', () => done({ exitCode: 127, timedOut: false }));
    child.once('close', (exitCode) => done({ exitCode, timedOut: false }));
  });
  clearTimeout(timer);
  child.stdout.removeAllListeners('data').resume();
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  if (ended !== null) stop();
  return { stop, failure: ended === null ? null : { ...ended, stderr: heard.stderr } };
}
