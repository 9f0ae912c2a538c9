import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { type Flag, FLAGS, flagsOf, keyOf } from '../../src/flags/table.ts';
import { ROOT } from '../docs/markdown.ts';

/** What a command is given, as it declares it: the name of the interface and the file it is in. */
const DECLARED: Readonly<Record<string, [string, string]>> = {
  enable: ['EnableFlags', 'commands/enable.ts'],
  wizard: ['EnableFlags', 'commands/enable.ts'],
  disable: ['DisableFlags', 'commands/disable.ts'],
  rollback: ['RollbackFlags', 'commands/rollback.ts'],
  apply: ['ChangeFlags', 'commands/change/flags.ts'],
  history: ['HistoryFlags', 'commands/history.ts'],
  lint: ['LintFlags', 'commands/lint/inputs.ts'],
  status: ['StatusFlags', 'commands/status/flags.ts'],
  logs: ['LogsFlags', 'commands/logs/flags.ts'],
  'policy suggest': ['SuggestFlags', 'commands/policy/suggest.ts'],
  'policy sql': ['SqlFlags', 'commands/policy/sql.ts'],
  'policy replay': ['ReplayFlags', 'commands/policy/replay.ts'],
  report: ['ReportFlags', 'commands/report/report.ts'],
  who: ['WhoFlags', 'commands/who.ts'],
  'ship apply': ['ApplyShipFlags', 'commands/ship/apply.ts'],
  'ship remove': ['RemoveFlags', 'commands/ship/remove.ts'],
  'ship check': ['CheckFlags', 'commands/ship/check.ts'],
  'ship render': ['RenderFlags', 'commands/ship/render.ts'],
  'ship verify': ['VerifyFlags', 'commands/ship/verify.ts'],
  'ship status': ['ShipStatusFlags', 'commands/ship/status.ts'],
  'policy explain': ['ExplainFlags', 'commands/policy/explain.ts'],
  'policy test': ['PolicyTestFlags', 'commands/policy/test.ts'],
  'policy diff': ['DiffFlags', 'commands/policy/diff.ts'],
  'policy show': ['ShowFlags', 'commands/policy/show.ts'],
  'policy order': ['OrderFlags', 'commands/policy/order.ts'],
};

/** Read by the edge itself, for all commands. */
const EVERYWHERE = 'color';

/** What a command shares the type of, and has not: `apply` has its plan already. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  apply: ['savePlan'],
  wizard: ['blocks', 'kubernetesVersion'],
  who: ['follow'],
};

interface Key {
  key: string;
  isOptional: boolean;
  isList: boolean;
}

/** What several commands have in common, and where it is. */
const SHARED: Readonly<Record<string, string>> = {
  AddonFlags: 'commands/ship/cluster.ts',
  RunningFlags: 'commands/ship/cluster.ts',
  ShipFlags: 'commands/ship/flags.ts',
  ChangeFlags: 'commands/change/flags.ts',
  WebhookFlags: 'commands/change/webhook.ts',
  FilterFlags: 'commands/logs/filter-flags.ts',
  ClusterFlags: 'commands/logs/cluster-flags.ts',
  OpenFlags: 'commands/logs/open.ts',
  ToolFlags: 'commands/policy/for-tool.ts',
};

/** The keys of an interface, with those of what it extends. */
function keysIn(name: string, file: string): Key[] {
  const text = readFileSync(join(ROOT, 'src', file), 'utf8');
  const [, extended, body = ''] =
    new RegExp(`interface ${name} (?:extends ([\\w, ]+) )?\\{\\n([^}]*)\\}`).exec(text) ?? [];
  const own = [...body.matchAll(/^ {2}(\w+)(\?)?: (.*);$/gm)].map(([, key = '', optional, type = '']) => ({
    key,
    isOptional: optional !== undefined,
    isList: type === 'string[]',
  }));
  const shared = (extended ?? '').split(', ').filter((each) => each !== '');
  return [...shared.flatMap((each) => keysIn(each, SHARED[each] ?? '')), ...own];
}

/** The keys that the command line gives: always those with a default, of a list, and of a flag that only turns something off. */
function keysOf(command: string): Key[] {
  const flags = flagsOf(command).filter((flag) => keyOf(flag) !== EVERYWHERE);
  return [...new Set(flags.map(keyOf))].map((key) => {
    const same = flags.filter((flag) => keyOf(flag) === key);
    const isList = same.some(({ repeats }) => repeats);
    const isOff = same.every(({ name }) => name.startsWith('--no-'));
    return { key, isOptional: !isList && !isOff && same.every((flag) => flag.default === undefined), isList };
  });
}

describe('the table of flags', () => {
  it.each(Object.keys(DECLARED))('has what %s is given', (command) => {
    const [name, file] = DECLARED[command] ?? ['', ''];
    const byKey = (a: Key, b: Key): number => a.key.localeCompare(b.key);
    expect(keysOf(command).length).toBeGreaterThan(2);
    const declared = keysIn(name, file).filter(({ key }) => !WITHOUT[command]?.includes(key));
    expect(declared.toSorted(byKey)).toEqual(keysOf(command).toSorted(byKey));
  });

  it('is held against what every command declares that has more than two flags of its own', () => {
    const more = Object.keys(FLAGS).filter((command) => keysOf(command).length > 2);
    expect(Object.keys(DECLARED).toSorted()).toEqual(more.toSorted());
  });

  it('is about commands that there are', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(Object.keys(FLAGS).filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says what one flag is in the same way for all commands', () => {
    const said = ({ name, short, value, takes, unit, default: value0 }: Flag): string =>
      JSON.stringify([name, short, value, takes, unit, value0]);
    // kops calls the folder for Terraform so; a report is one file.
    const all = Object.keys(FLAGS)
      .flatMap(flagsOf)
      .filter(({ name }) => name !== '--out');
    const names = new Set(all.map(({ name }) => name));
    expect(names.size).toBeGreaterThan(50);
    expect(new Set(all.map(said)).size).toBe(names.size);
  });

  it('names each value that a flag can have in its help', () => {
    const all = Object.keys(FLAGS).flatMap(flagsOf);
    const unsaid = all.filter(({ choices = [], help, value = '' }) =>
      choices.some((choice) => !`${help} ${value}`.includes(choice)),
    );
    expect(unsaid).toEqual([]);
  });
});
