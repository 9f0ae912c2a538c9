import { readFileSync } from 'node:fs';
import type { KopsObject } from '../../src/cluster/types.ts';
import { sameJson } from '../../src/json.ts';
import type { Call } from '../../src/process/run.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** What one run of kops does: what it prints, and what it changes. */
export interface Act {
  name: string;
  prints: (world: World) => string;
  changes: (world: World, process: Process, input: string) => void;
}

/** The act for a call. Throws for arguments that nothing here knows. */
export function actFor({ args }: Call): Act {
  const line = args.join(' ');
  const found = ACTS.find(([pattern]) => pattern.test(line));
  if (!found) throw new Error(`not known here: kops ${line}`);
  const [, name, prints, changes = () => {}] = found;
  return { name, prints, changes };
}

type Row = [pattern: RegExp, name: string, prints: Act['prints'], changes?: Act['changes']];

/** The first that fits counts. */
const ACTS: readonly Row[] = [
  [/^version .*--server/, 'version --server', () => '1.36.0\n1.36.0\n'],
  [/^version/, 'version', () => '1.36.0\n'],
  [/^get instancegroups/, 'get instancegroups', ({ store }) => JSON.stringify(store.groups)],
  [/^get cluster/, 'get cluster', ({ store }) => JSON.stringify(store.stored)],
  [/^replace/, 'replace', () => '', (world, process, input) => world.weWrite(JSON.parse(input) as KopsObject, process)],
  [/--target=terraform/, 'terraform', () => 'Terraform output is placed\n', ({ log }) => log.push('terraform')],
  [/^update .*--yes/, 'update', () => 'Changes are applied\n', (world, process) => world.weApply(process)],
  [/^update/, 'preview', previewText],
  [/^rolling-update .*--yes/, 'rolling-update', () => 'Completed\n', ({ log }) => log.push('rolled')],
  [/^validate/, 'validate', () => 'Your cluster is ready\n', ({ log }) => log.push('validated')],
];

function previewText({ store }: World): string {
  return sameJson(store.stored.spec, store.applied) ? fixture('none') : fixture('audit');
}

/** What kops 1.36.0 printed with nothing pending, and with an audit change. */
function fixture(name: string): string {
  return readFileSync(new URL(`../kops/fixtures/preview-metal-${name}-1.36.0.txt`, import.meta.url), 'utf8');
}
