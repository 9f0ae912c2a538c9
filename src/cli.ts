#!/usr/bin/env node
import { useCompileCache } from './cli/compile-cache.ts';

process.exitCode = 70; // a program that ends before it is done has a bug
useCompileCache(process.env);
// Imported only now, so that the cache serves for it as well.
void import('./cli/program.ts').then(async ({ main }) => {
  process.exitCode = await main(process.argv);
});
