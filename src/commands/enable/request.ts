import type { Journal } from '../../change/journal/types.ts';
import type { EnableOptions } from '../../cluster/options.ts';
import type { EnableFlags, Output } from './flags.ts';

/** What the three ways of `enable` share. */
export interface EnableRequest {
  flags: EnableFlags;
  output: Output;
  options: EnableOptions;
  templates: Readonly<Record<string, string>>;
  journal: Journal;
}
