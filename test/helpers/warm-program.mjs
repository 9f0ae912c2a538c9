// The built program, run again and again in one process that was started once: as each run finds it, the process has the arguments,
// the environment, the folder and the streams that were asked for. What is loaded stays loaded, so a run takes milliseconds.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable, Writable } from 'node:stream';

const require = createRequire(import.meta.url);
const [program] = process.argv.slice(2);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let last = Promise.resolve();

process.on('disconnect', () => process.exit());
process.on('message', (asked) => {
  last = last.then(() => run(asked)).then((result) => process.send({ id: asked.id, ...result }));
});

async function run({ args, env, cwd, input, stdoutFile, isMerged }) {
  const file = stdoutFile && openSync(stdoutFile, 'w');
  const out = collected(file);
  const err = isMerged ? out : collected();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env, { NODE_DISABLE_COMPILE_CACHE: '1' });
  process.chdir(cwd);
  process.argv = [process.argv[0], program, ...args];
  process.exitCode = undefined;
  const streams = { stdin: Readable.from([Buffer.from(input)]), stdout: out.stream, stderr: err.stream };
  for (const [name, value] of Object.entries(streams))
    Object.defineProperty(process, name, { value, configurable: true });
  delete require.cache[program];
  await require(program).done;
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  if (file) closeSync(file);
  return { exitCode: process.exitCode ?? 0, stdout: out.text(), stderr: isMerged ? '' : err.text() };
}

/** A stream whose bytes are kept, and written to a file at once as to a stdout that is one. */
function collected(file) {
  const chunks = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      try {
        if (file) writeSync(file, chunk);
        chunks.push(chunk);
        done();
      } catch (error) {
        done(error);
      }
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
