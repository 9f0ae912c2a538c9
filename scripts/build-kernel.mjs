// Compiles kernel/scan.ts and what it imports (AssemblyScript) into src/events/kernel-bytes.ts, which is committed: a build needs no
// compiler, and test/e2e/kernel.test.ts holds the two together.
//   node scripts/build-kernel.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCES = ['scan.ts', 'structure.ts', 'known.ts', 'who.ts', 'time.ts', 'walk.ts', 'rows.ts', 'count.ts'];
const BYTES = new URL('../src/events/kernel-bytes.ts', import.meta.url);
const OPTIONS = [
  '-O3',
  '--runtime',
  'stub',
  '--noAssert',
  '--enable',
  'simd',
  '--initialMemory',
  '276',
  '--maximumMemory',
  '276',
];

/** The text of src/events/kernel-bytes.ts. */
export async function kernelModule() {
  let bytes;
  const { error, stderr } = await asc.main(['scan.ts', '--outFile', 'scan.wasm', ...OPTIONS], {
    readFile: (name) =>
      SOURCES.includes(name) ? readFileSync(new URL(`../kernel/${name}`, import.meta.url), 'utf8') : null,
    writeFile: (_name, written) => (bytes = written),
    listFiles: () => [],
  });
  if (error) throw new Error(`kernel: ${stderr}`);
  return `/** What kernel/scan.ts and its imports are compiled to, by scripts/build-kernel.mjs. */
export const KERNEL_BYTES: string = // oxfmt-ignore
  '${Buffer.from(bytes).toString('base64')}';
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(BYTES, await kernelModule());
