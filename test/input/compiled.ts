import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));

/** What was compiled in this process, by its source. */
const compiled = new Map<string, string>();

/**
 * Compiles sources (paths below src/) into a folder, so that a process of its own can run them: one that another user
 * owns, or one that is killed. Node 20 cannot run TypeScript.
 */
export function compileInto(folder: string, sources: string[]): void {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const source of sources) {
    const path = join(folder, source.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, compile(readFileSync(join(SOURCES, source), 'utf8')));
  }
}

function compile(text: string): string {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  };
  const known = compiled.get(text) ?? ts.transpileModule(text, { compilerOptions }).outputText;
  compiled.set(text, known);
  return known;
}

export const FILE_SOURCES: string[] = [
  'crypto.ts',
  'errors.ts',
  'input/file-error.ts',
  'input/read.ts',
  'input/write.ts',
];
