import { UserError } from '../errors.ts';
import { EVENT_KEYS } from './event.ts';
import { KERNEL_BYTES } from './kernel-bytes.ts';
import {
  COUNTED_SPANS,
  MOST_COMBINATIONS,
  MOST_POLICIES,
  MOST_ROWS,
  MOST_RULES,
  PlainScanner,
  ROW_LENGTH,
  type RowCounter,
  type Scanner,
  SIZE_STEPS,
} from './scan.ts';
import { newSpans, type Spans, walk } from './walk.ts';

/** Walks lines one after the other: as `walk` does, and fastest those that lie in its room. */
export interface Walker {
  /** Where to put lines; nothing is kept here for others. */
  readonly room: Buffer;
  readonly walk: typeof walk;
  /** For many lines at once, in the room. */
  readonly scanner: Scanner;
}

/** How lines are walked: in WebAssembly, 16 bytes at a time, or in plain JavaScript. The answers are the same. */
export interface Engine {
  readonly name: 'wasm' | 'js';
  /**
   * What another thread makes the same engine of: it need not be compiled there again.
   *
   * @internal
   */
  readonly module: WebAssembly.Module | undefined;
  /** A walker for one log at a time; to be given back by `free`. */
  walker(): Walker;
  free(walker: Walker): void;
}

/** The variable of the environment that says which. */
export const ENGINE_VARIABLE = 'KOPS_AUDIT_ENGINE';

/**
 * The engine of that name (`wasm`, `js`); without one WebAssembly where it runs and gives the right answers, else JavaScript.
 *
 * @throws UserError for another name, and for WebAssembly where it does not run.
 */
export function engineNamed(name: string | undefined): Engine {
  if (name === 'js') return PLAIN;
  if (name === undefined || name === '') return FASTEST();
  if (name !== 'wasm')
    throw new UserError(`${ENGINE_VARIABLE} is ${name}: there is no such engine`, { hint: 'Set it to wasm or js.' });
  const engine = FASTEST();
  if (engine.name === 'js')
    throw new UserError(`${ENGINE_VARIABLE} is wasm, which does not run here: Node.js has no WebAssembly with SIMD`, {
      hint: `Leave ${ENGINE_VARIABLE} out: plain JavaScript gives the same answers, more slowly.`,
    });
  return engine;
}

/** Where lines are put that JavaScript walks; one that is longer than a quarter of it may get bytes of its own. */
const PLAIN_ROOM = 4 * 1024 * 1024;

/** The engine of a module that another thread has tried; without one that of JavaScript. */
export function engineOf(module: WebAssembly.Module | undefined): Engine {
  if (module === undefined) return PLAIN;
  return newEngine('wasm', module, () => kernelWalker(module) ?? PLAIN.walker());
}

const PLAIN: Engine = newEngine('js', undefined, () => {
  const room = Buffer.allocUnsafe(PLAIN_ROOM);
  return { room, walk, scanner: new PlainScanner(room) };
});

/** Tried once, when the first log is read. */
const FASTEST: () => Engine = once(() => {
  const engine = engineOf(kernelModule());
  const first = engine.walker();
  engine.free(first);
  return isRight(first) ? engine : PLAIN;
});

function once<Value>(make: () => Value): () => Value {
  const made: Value[] = [];
  return () => (made[0] ??= make());
}

/** A kernel takes address space of its own, so that those given back are used again. */
function newEngine(name: Engine['name'], module: WebAssembly.Module | undefined, make: () => Walker): Engine {
  const spare: Walker[] = [];
  return { name, module, walker: () => spare.pop() ?? make(), free: (walker) => spare.push(walker) };
}

/** undefined without WebAssembly (`--jitless`), or on a processor without SIMD. */
function kernelModule(): WebAssembly.Module | undefined {
  const bytes = Buffer.from(KERNEL_BYTES, 'base64');
  return typeof WebAssembly === 'object' && WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
}

type Place =
  | ('SPANS' | 'SLOTS' | 'NAMES' | 'NAME_SIZE' | 'ROOM' | 'ROOM_SIZE' | 'ROWS')
  | ('RULES' | 'KNOWN' | 'LIMITS' | 'FIRSTS' | 'WIDTH' | 'SPANS_OF_TIME' | 'CELLS' | 'LARGEST' | 'SIZES' | 'TALKERS');

/** What kernel/scan.ts, kernel/count.ts and kernel/walk.ts export: where things lie, and what they do. */
type KernelExports = Readonly<Record<Place, WebAssembly.Global>> & {
  readonly memory: WebAssembly.Memory;
  walk(start: number, end: number): number;
  reset(keepsNames: number, byObject: number): void;
  scan(from: number, to: number): number;
  count(from: number, to: number, policies: number, most: number): number;
};

/** undefined where there is no memory left for one, or none may be had (`ulimit -v`). */
function kernelWalker(module: WebAssembly.Module): Walker | undefined {
  try {
    return walkerOf(new WebAssembly.Instance<KernelExports>(module).exports);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function walkerOf(kernel: KernelExports): Walker {
  const { buffer } = kernel.memory;
  const room = Buffer.from(buffer, kernel.ROOM.value, kernel.ROOM_SIZE.value);
  const rows = new Int32Array(buffer, kernel.ROWS.value, MOST_ROWS * ROW_LENGTH);
  const found: Spans = new Int32Array(buffer, kernel.SPANS.value, 2 * EVENT_KEYS.length);
  nameKeys(Buffer.from(buffer), kernel);
  return {
    room,
    walk: (bytes, from, to, spans) => {
      if (bytes !== room) return walk(bytes, from, to, spans);
      const isSure = kernel.walk(from, to) !== 0;
      spans.set(found);
      return isSure;
    },
    scanner: {
      room,
      rows,
      times: new Float64Array(buffer, kernel.ROWS.value, rows.length / 2),
      reset: (keepsNames, byObject = false) => kernel.reset(Number(keepsNames), Number(byObject)),
      scan: (from, to) => kernel.scan(from, to),
      counter: counterOf(kernel),
    },
  };
}

function counterOf(kernel: KernelExports): RowCounter {
  const { buffer } = kernel.memory;
  return {
    rules: new Uint32Array(buffer, kernel.RULES.value, MOST_RULES),
    known: new Uint16Array(buffer, kernel.KNOWN.value, (1 + MOST_POLICIES) * MOST_COMBINATIONS),
    limits: new Uint32Array(buffer, kernel.LIMITS.value, SIZE_STEPS),
    firsts: new Uint8Array(buffer, kernel.FIRSTS.value, 256),
    width: new Float64Array(buffer, kernel.WIDTH.value, 2),
    spans: new Float64Array(buffer, kernel.SPANS_OF_TIME.value, 2 * (1 + MOST_POLICIES) * COUNTED_SPANS),
    cells: new Float64Array(buffer, kernel.CELLS.value, 64 * MOST_RULES),
    largest: new Uint32Array(buffer, kernel.LARGEST.value, 2 * MOST_RULES),
    sizes: new Uint32Array(buffer, kernel.SIZES.value, SIZE_STEPS * MOST_RULES),
    talkers: new Float64Array(buffer, kernel.TALKERS.value, 2 * MOST_POLICIES * MOST_COMBINATIONS),
    count: (from, to, policies, most) => kernel.count(from, to, policies, most),
  };
}

/** As `walk.ts` finds them: by length and last byte, and then by all of it. */
function nameKeys(memory: Buffer, { SLOTS, NAMES, NAME_SIZE }: KernelExports): void {
  for (const [at, name] of EVENT_KEYS.entries()) {
    memory[SLOTS.value + ((name.length << 7) | name.charCodeAt(name.length - 1))] = at + 1;
    memory.write(name, NAMES.value + NAME_SIZE.value * at);
  }
}

/** What a walk must get right, to be trusted with a log: strings of all lengths around 16, and all that is no JSON. */
const TRIALS: readonly string[] = [
  String.raw`{"level":"Metadata","auditID":"0a","stage":"Panic","verb":"get", "user":{"username":"a\"b\\\u00e4","x":[1,{}]}}`,
  ...Array.from(
    { length: 34 },
    (_, length) => `{"requestURI":"/${'x'.repeat(length)}","annotations":{"a":-1.5e+3,"b":null}}`,
  ),
  '{"verb":"a\tb"}',
  '{"verb":"a","verb":"b"}',
  String.raw`{"v":"\x"}`,
  '{"v":01}',
  '{"v":[}',
  '{"v":tru}',
  '{"v":1}}',
  '{"v":"',
];

/** Whether a walker gives what `walk` gives. */
function isRight({ room, walk: tried }: Walker): boolean {
  const [spans, right] = [newSpans(), newSpans()];
  return TRIALS.every((line) => {
    const end = room.write(`${line}\n`) - 1;
    const isSure = walk(room, 0, end, right);
    return tried(room, 0, end, spans) === isSure && (!isSure || spans.every((value, at) => value === right[at]));
  });
}
