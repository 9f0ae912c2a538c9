import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** Files of src that every room may import: values, and nothing that does something. */
const LOW: readonly string[] = ['json', 'grouped', 'sha256', 'crypto'];

/** Which rooms a room may import from besides itself; `.` stands for the files directly in src. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'errors',
    'version',
    'context',
    'policy',
    'input',
    'flags',
    'commands',
    'wizard',
    'completion',
    'report',
    'terminal',
  ],
  wizard: [
    'errors',
    'version',
    'context',
    'flags',
    'policy',
    'cluster',
    'status',
    'kops',
    'process',
    'input',
    'change',
    'report',
    'terminal',
    'commands',
  ],
  completion: [
    'version',
    'context',
    'flags',
    'policy',
    'events',
    'lint',
    'ship',
    'kops',
    'input',
    'change',
    'report',
    'tools',
  ],
  yaml: ['errors'],
  flags: ['errors', 'policy', 'cluster'],
  policy: ['errors', 'yaml'],
  events: ['errors', 'policy'],
  replay: ['errors', 'policy', 'events'],
  ship: ['errors', 'policy', 'cluster', 'yaml'],
  cluster: ['errors', 'policy', 'yaml'],
  tools: ['errors', 'policy', 'cluster', 'yaml'],
  lint: ['errors', 'policy', 'cluster', 'kubeadm', 'yaml'],
  process: [],
  kubeadm: ['errors', 'policy', 'cluster', 'yaml'],
  kops: ['errors', 'policy', 'cluster', 'process'],
  input: ['errors', 'policy', 'yaml', 'events'],
  change: ['errors', 'version', 'yaml', 'policy', 'cluster', 'lint', 'kops', 'process', 'input'],
  report: [
    'errors',
    'yaml',
    'policy',
    'cluster',
    'lint',
    'kops',
    'change',
    'status',
    'events',
    'replay',
    'tools',
    'ship',
  ],
  status: ['errors', 'policy', 'cluster', 'lint'],
  live: ['errors', 'cluster', 'status', 'process', 'events', 'ship'],
  terminal: ['errors', 'report'],
  commands: [
    'errors',
    'version',
    'context',
    'flags',
    'yaml',
    'policy',
    'cluster',
    'lint',
    'status',
    'kops',
    'process',
    'input',
    'change',
    'live',
    'report',
    'terminal',
    'replay',
    'events',
    'ship',
    'tools',
  ],
};

const PURE = [
  'flags',
  'yaml',
  'policy',
  'events',
  'replay',
  'cluster',
  'kubeadm',
  'lint',
  'status',
  'report',
  'ship',
  'tools',
];
const IMPURE_MODULES =
  /^(node:(fs|process|child_process|os|net|http|timers|readline|tty)|execa|inquirer|commander)(\/|$)/;

interface Import {
  file: string;
  room: string;
  to: string;
  isType: boolean;
  /** `import('…')`: loaded when it is called for. */
  isLazy: boolean;
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(SRC, file));
}

function importsOf(path: string): Import[] {
  const file = relative(SRC, path);
  const room = file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g,
  );
  return [...found].map(([, type, from, lazy, bare]) => ({
    file,
    room,
    to: targetOf(path, from ?? lazy ?? bare ?? ''),
    isType: type !== undefined,
    isLazy: lazy !== undefined,
  }));
}

function targetOf(path: string, specifier: string): string {
  return specifier.startsWith('.') ? `src/${relative(SRC, join(dirname(path), specifier))}` : specifier;
}

function roomOf(to: string): string | null {
  if (!to.startsWith('src/')) return null;
  const inside = to.slice('src/'.length);
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : inside.replace(/\.ts$/, '');
}

const IMPORTS = sourceFiles().flatMap(importsOf);

describe('the rooms of src', () => {
  it('are all known here', () => {
    const rooms = readdirSync(SRC, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(rooms.toSorted()).toEqual(Object.keys(ARROWS).toSorted());
    expect(IMPORTS.length).toBeGreaterThan(200);
  });

  it.each(Object.entries(ARROWS))('%s imports only from itself and %j', (room, allowed) => {
    const wrong = IMPORTS.filter((entry) => entry.room === room).filter(({ to }) => {
      const target = roomOf(to);
      return target !== null && target !== room && !allowed.includes(target) && !LOW.includes(target);
    });
    expect(wrong.map(({ file, to }) => `${file} → ${to}`)).toEqual([]);
  });

  it.each(PURE)('%s touches no file, process, prompt or network', (room) => {
    const wrong = IMPORTS.filter((entry) => entry.room === room && IMPURE_MODULES.test(entry.to));
    expect(wrong.map(({ file, to }) => `${file} → ${to}`)).toEqual([]);
    const files = sourceFiles().filter((path) => relative(SRC, path).startsWith(`${room}/`));
    const withProcess = files.filter((path) =>
      /\bprocess\.(env|argv|stdout|stderr|exit|cwd)\b/.test(readFileSync(path, 'utf8')),
    );
    expect(withProcess.map((path) => relative(SRC, path))).toEqual([]);
  });

  it.each(['kops', 'change', 'status'])('takes only types from %s into report', (from) => {
    const wrong = IMPORTS.filter(({ room, to, isType }) => room === 'report' && roomOf(to) === from && !isType);
    expect(wrong.map(({ file, to }) => `${file} → ${to}`)).toEqual([]);
  });
});

describe('the files of src', () => {
  it('import no file, not even a type, that imports them by whatever detour', () => {
    const imported = new Map<string, string[]>();
    for (const { file, to } of IMPORTS) imported.set(`src/${file}`, [...(imported.get(`src/${file}`) ?? []), to]);
    const inCircle = [...imported.keys()].filter((file) => reachableFrom(file, imported).has(file));
    expect(imported.size).toBeGreaterThan(200);
    expect(inCircle).toEqual([]);
  });
});

function reachableFrom(start: string, imported: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const next = (imported.get(file) ?? []).filter((to) => !reached.has(to));
    for (const to of next) reached.add(to);
    open.push(...next);
  }
  return reached;
}

/** Of each room those it points at that it does not reach by another: as a picture shows them. */
function drawnArrows(): string[] {
  const rooms = new Map(Object.entries(ARROWS).map(([room, to]) => [room, to.filter((each) => each in ARROWS)]));
  return [...rooms].flatMap(([room, to]) => {
    const further = new Set(to.flatMap((each) => [...reachableFrom(each, rooms)]));
    return to.filter((each) => !further.has(each)).map((each) => `${room} --> ${each}`);
  });
}

describe('the picture of the rooms', () => {
  it('shows the arrows', () => {
    const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');
    const [, graph = ''] = /```mermaid\ngraph TD\n([^`]*)```/.exec(text) ?? [];
    const drawn = graph.split('\n').map((line) => line.trim());
    expect(drawn.filter((line) => line !== '').toSorted()).toEqual(drawnArrows().toSorted());
  });

  it('has a row for every room in the table above it', () => {
    const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');
    expect(Object.keys(ARROWS).filter((room) => !text.includes(`\`src/${room}/\``))).toEqual([]);
  });
});

describe('the edge', () => {
  it('is the only one that reads argv or sets the exit status', () => {
    const users = sourceFiles().filter((path) => /process\.(argv|exitCode|exit\()/.test(readFileSync(path, 'utf8')));
    expect(users.map((path) => relative(SRC, path))).toEqual(['cli.ts']);
  });

  it('loads nothing heavy before a command is known', () => {
    const eager = IMPORTS.filter(
      ({ room, isType, isLazy, to }) =>
        room === 'cli' && !isType && !isLazy && roomOf(to) !== 'cli' && !to.startsWith('node:'),
    );
    expect([...new Set(eager.map(({ to }) => to))].toSorted()).toEqual([
      'commander',
      'src/errors.ts',
      'src/flags/check.ts',
      'src/flags/cluster-words.ts',
      'src/flags/table.ts',
      'src/policy/nearest.ts',
      'src/report/text.ts',
      'src/terminal/output.ts',
      'src/version.ts',
    ]);
  });
});
