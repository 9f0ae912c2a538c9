import type * as fs from 'node:fs';
import { bug, cross, die, thisProcess, type Process } from './process.ts';

type Call = (...args: unknown[]) => unknown;

/** What makes something on a disk, and so fails where it is full; and what else changes it. */
const MAKES: ReadonlySet<string> = new Set(['openSync', 'writeFileSync', 'mkdirSync', 'linkSync']);
const CHANGES: ReadonlySet<string> = new Set([
  ...MAKES,
  'renameSync',
  'rmSync',
  'chmodSync',
  'fchmodSync',
  'fchownSync',
]);
const READS: readonly string[] = [
  'accessSync',
  'statSync',
  'lstatSync',
  'realpathSync',
  'readFileSync',
  'readdirSync',
  'fsyncSync',
  'closeSync',
];

/** The kinds of fault that a call of node:fs can have. */
export const FILE_FAULTS: readonly string[] = [
  'disk full',
  'disk full once',
  'read-only',
  'read-only once',
  'input/output error',
  'clock back',
  'killed',
  'killed after',
  'interrupted',
  'other writes before',
  'other writes after',
  'bug',
  'bug after',
];

/** Whether a fault can be met in a call: reading does not fill a disk. */
export function fitsFiles(kind: string, what: string): boolean {
  const call = what.replace('files ', '');
  if (kind.startsWith('disk full')) return MAKES.has(call);
  if (kind.startsWith('read-only')) return CHANGES.has(call);
  return !['input/output error', 'bug'].includes(kind) || call !== 'rmSync';
}

/** Stands for node:fs: the real one, but for calls of a running process on its world's folder. */
export function filesEdge(real: typeof fs): typeof fs {
  const wrapped = [...CHANGES, ...READS].map((name) => [
    name,
    edged(name, real[name as keyof typeof fs] as Call, real),
  ]);
  const all = { ...real, ...Object.fromEntries(wrapped) } as typeof fs;
  return Object.assign(all, { default: all });
}

function edged(name: string, call: Call, real: typeof fs): Call {
  return (...args) => {
    const process = thisProcess();
    if (!process || !concerns(process, args[0])) return call(...args);
    const fault = cross(process, 'files', `files ${name}`);
    if (name === 'closeSync') call(...args);
    act(fault, name, args, process, real);
    const result = ['fsyncSync', 'closeSync'].includes(name) ? undefined : call(...args);
    if (name === 'renameSync' && args[1] === process.world.specFile) process.world.weWriteFile(process);
    if (fault === 'bug after') bug();
    if (fault === 'killed after') die(process);
    if (fault === 'other writes after') process.world.otherWrites();
    return result;
  };
}

function concerns({ world }: Process, path: unknown): boolean {
  return typeof path === 'number' || String(path).startsWith(world.dir);
}

const CODES: Readonly<Record<string, [code: string, ...calls: ReadonlySet<string>[]]>> = {
  'disk full': ['ENOSPC', MAKES],
  'disk full once': ['ENOSPC', MAKES],
  'read-only': ['EROFS', CHANGES],
  'read-only once': ['EROFS', CHANGES],
  'input/output error': ['EIO'],
};

/** A disk that is full takes the first half of what is written. */
function act(fault: string | undefined, name: string, args: unknown[], process: Process, real: typeof fs): void {
  if (fault === 'bug') bug();
  if (fault === 'other writes before') process.world.otherWrites();
  const [code, calls] = CODES[fault ?? ''] ?? [];
  if (code === undefined || (calls && !calls.has(name))) return;
  const [target, content] = args;
  if (name === 'rmSync' && !real.existsSync(String(target))) return;
  if (name === 'writeFileSync' && code === 'ENOSPC' && typeof target === 'number')
    real.writeSync(target, Buffer.from(content as string).subarray(0, 50));
  throw Object.assign(new Error(`${code}: ${name}`), { code, syscall: name });
}
