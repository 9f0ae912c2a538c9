// Compiles kernel/walk.ts (AssemblyScript) into src/events/kernel-bytes.ts, which is committed: a build needs no compiler, and
// test/events/kernel.test.ts holds the two together.
//   node scripts/build-kernel.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCE = new URL('../kernel/walk.ts', import.meta.url);
const BYTES = new URL('../src/events/kernel-bytes.ts', import.meta.url);
const OPTIONS = [
  '-O3',
  '--runtime',
  'stub',
  '--noAssert',
  '--enable',
  'simd',
  '--initialMemory',
  '20',
  '--maximumMemory',
  '20',
];

/** The text of src/events/kernel-bytes.ts. */
export async function kernelModule() {
  const source = readFileSync(SOURCE, 'utf8');
  let bytes;
  const { error, stderr } = await asc.main(['walk.ts', '--outFile', 'walk.wasm', ...OPTIONS], {
    readFile: (name) => (name === 'walk.ts' ? source : null),
    writeFile: (_name, written) => (bytes = written),
    listFiles: () => [],
  });
  if (error) throw new Error(`kernel/walk.ts: ${stderr}`);
  return `/** What kernel/walk.ts is compiled to, by scripts/build-kernel.mjs. */
export const KERNEL_BYTES: string = // oxfmt-ignore
  '${Buffer.from(bytes).toString('base64')}';
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(BYTES, await kernelModule());
