import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GATE_RULES } from '../../src/change/gates.ts';
import { HALF_READ } from '../../src/lint/cluster/spec.ts';
import { API_VERSION_ENDS } from '../../src/lint/policy/diagnostics.ts';
import { ADVICE_RULES } from '../../src/lint/lint-cluster.ts';
import { ERROR_CODES, NOT_JUDGED, WARNING_CODES } from '../../src/lint/policy/diagnostics.ts';
import { IGNORE_RULES } from '../../src/lint/ignore.ts';
import { CLUSTER_RULES } from '../../src/lint/lint-cluster.ts';
import { CONFIG_RULES } from '../../src/lint/kubeadm/config.ts';
import { SERVER_RULES } from '../../src/lint/kubeadm/lint-servers.ts';
import { STRAY } from '../../src/lint/kubeadm/manifests.ts';
import { POLICY_RULES } from '../../src/lint/policy/rules.ts';
import { costText } from '../../src/report/cost.ts';
import { readTemplate } from '../../src/policy/render/template.ts';
import { commandsOf, fencesOf, pages, readPage, ROOT } from './markdown.ts';
import { NOT_RUN } from './session.ts';

/** Like GitHub: lower case, punctuation away, blanks to hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

function linksOf(page: string): string[] {
  return [...readPage(page).matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)]
    .map(([, link, picture = '']) => link ?? picture)
    .filter((link) => !/^https?:/.test(link));
}

function leadsSomewhere(link: string, page: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  return existsSync(join(ROOT, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

describe.each(pages())('%s', (page) => {
  it('has links that lead somewhere', () => {
    expect(linksOf(page).filter((link) => !leadsSomewhere(link, page))).toEqual([]);
  });

  it('is readable at 80 columns outside of blocks and tables', () => {
    const prose = readPage(page)
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
      .split('\n');
    const wide = prose.filter(
      (line) => Array.from(line).length > 80 && !line.includes('|') && !line.startsWith('    '),
    );
    expect(wide).toEqual([]);
  });
});

describe('README.md', () => {
  it('links the index of the pages', () => {
    expect(linksOf('README.md')).toContain('docs/README.md');
  });

  it('shows nothing to type that is not run, but for the list of what builds the project', () => {
    const fences = fencesOf('README.md');
    expect(fences.filter(({ language }) => language !== 'console').map(({ line }) => line)).toEqual([]);
    const commands = fences.flatMap(commandsOf).map(({ text }) => text);
    expect(commands.filter((text) => text.startsWith('npm '))).toEqual(NOT_RUN);
  });

  it('names what the policies cost, as they say themselves', () => {
    for (const name of ['gce', 'kops', 'metadata']) {
      const { shares } = readTemplate(readFileSync(join(ROOT, `templates/policies/${name}.yaml`), 'utf8'), name);
      const row =
        readPage('README.md')
          .split('\n')
          .find((line) => line.startsWith(`| \`${name}\` |`))
          ?.split('|') ?? [];
      const cost = costText(shares, name);
      expect(row[3]?.trim()).toBe(cost === '' ? 'the others are measured by it' : cost.replace(/^writes /, ''));
    }
  });
});

describe('docs/README.md', () => {
  it('has a line for every page, with the question it answers', () => {
    const lines = readPage('docs/README.md')
      .split('\n')
      .filter((line) => line.startsWith('| ') && line !== '| | |');
    const linked = lines.map((line) => /^\| \S.*[.?] \| \[.+\]\((.+\.md)\) \|$/.exec(line)?.[1]);
    const others = pages().flatMap((page) => /^docs\/(?!README\.md)(.*)/.exec(page)?.[1] ?? []);
    expect(linked.toSorted()).toEqual(others);
  });
});

/** The page with its table of contents as its headings have it: a row for each section, with links to what is below. */
function withContents(page: string): string {
  const rows = page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n');
      const below = [...section.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => heading);
      return `| [${title}](#${anchorOf(title)}) | ${below.map((each) => `[${each}](#${anchorOf(each)})`).join(', ')} |`;
    });
  const table = ['| | |', '|---|---|', ...rows].join('\n');
  return page.replace(/(?<=<!-- contents: .* -->\n)[^]*(?=<!-- end of contents -->)/, () => `\n${table}\n\n`);
}

describe('docs/findings.md', () => {
  const page = readPage('docs/findings.md');

  it('has a table of contents of all that is below', async () => {
    await expect(withContents(page)).toMatchFileSnapshot('../../docs/findings.md');
  });

  const sections = new Map([...page.matchAll(/^### (\S+)\n(.*)\n/gm)].map(([, id = '', state = '']) => [id, state]));

  it('has a section for each rule, with its severity', () => {
    expect(CLUSTER_RULES.length).toBeGreaterThan(20);
    const states = CLUSTER_RULES.map(({ id, severity, fatal, stopsChange }) => {
      if (stopsChange) return [id, `${severity}; an error for \`enable\`, which \`--allow\` lets pass`];
      if (severity !== 'error') return [id, severity];
      return [id, `error, \`--allow\` ${fatal ? 'does not help' : 'lets it pass'}`];
    });
    expect(CLUSTER_RULES.map(({ id }) => [id, sections.get(id)])).toEqual(states);
  });

  /** The state of what only `lint` says, by its id. */
  const ofLint: ReadonlyMap<string, string> = new Map([
    ...[...POLICY_RULES, ...ADVICE_RULES].map(({ id, severity }): [string, string] => [id, severity]),
    ...IGNORE_RULES.map(({ id, severity }): [string, string] => [id, severity]),
    [API_VERSION_ENDS.id, API_VERSION_ENDS.severity],
    ...WARNING_CODES.map((id): [string, string] => [id, 'warning']),
    [NOT_JUDGED.id, NOT_JUDGED.severity],
    ...ERROR_CODES.map((id): [string, string] => [id, 'error, the API server does not start']),
    ...[...CONFIG_RULES, ...SERVER_RULES, STRAY].map(({ id, severity, fatal }): [string, string] => [
      id,
      fatal ? `${severity}, the API server does not start` : severity,
    ]),
  ]);

  it('has a section for what only lint says', () => {
    expect(ofLint.size).toBeGreaterThan(60);
    expect([...ofLint.keys()].map((id) => [id, sections.get(id)])).toEqual([...ofLint]);
  });

  it('has a section for each finding about the moment of the change, and no other', () => {
    const outside = [...GATE_RULES, HALF_READ].map(({ id }) => id);
    expect(outside.length).toBeGreaterThan(6);
    const known = [...CLUSTER_RULES.map(({ id }) => id), ...ofLint.keys(), ...outside];
    expect([...sections.keys()].toSorted()).toEqual([...new Set(known)].toSorted());
  });
});
