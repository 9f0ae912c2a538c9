// Prints as JSON what importing the library does to its process, besides loading modules. Preloads nothing: run as the main module.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const calls = [];
for (const [holder, name] of [fs, fs.promises].flatMap((holder) => Object.keys(holder).map((key) => [holder, key]))) {
  const original = holder[name];
  if (typeof original !== 'function' || /^[A-Z_]/.test(name)) continue;
  holder[name] = (...args) => {
    calls.push(`${name} ${String(args[0])}`);
    return original.apply(holder, args);
  };
}
syncBuiltinESMExports();

// They are made when they are first asked for.
void [process.stdout, process.stderr, process.stdin];
const before = state();
const library = await import('../../dist/index.mjs');
const after = state();

// A CommonJS dependency is read by the module loader through this same fs, on Node 24 by a number, after it was opened by its path.
const files = calls.filter((call) => !/\.(c|m)?js(on)?$|\/node_modules\/|^\w+ \d+$/.test(call));
const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
process.stdout.write(JSON.stringify({ exports: Object.keys(library).length, files, changed }));

function state() {
  const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
  const resources = process.getActiveResourcesInfo().filter((name) => !/^(FSReqPromise|CloseReq)$/.test(name));
  const written = { out: process.stdout.bytesWritten, err: process.stderr.bytesWritten };
  const parts = {
    listeners,
    resources,
    written,
    env: process.env,
    globals: Object.keys(globalThis),
    cwd: process.cwd(),
  };
  const prototypes = [Object, Array, String, Promise].map((type) => Object.getOwnPropertyNames(type.prototype).length);
  const texts = Object.entries({ ...parts, prototypes }).map(([key, value]) => [key, JSON.stringify(value)]);
  return { ...Object.fromEntries(texts), exitCode: process.exitCode };
}
