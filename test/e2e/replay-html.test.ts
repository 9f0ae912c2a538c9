import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { CHECKS, CHROMIUM, madePage } from './chromium.ts';

const LOG = join(import.meta.dirname, '../samples/audit-controllers.log.gz');
const SCHEMES = ['light', 'dark'] as const;
const EVIL = `</script><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

interface Json {
  policies: { name: string; events: number; bytes: number; rules: { rule: number; events: number; bytes: number }[] }[];
}

describe.skipIf(CHROMIUM === undefined)('the page of a replay in Chromium', () => {
  let json: Json;
  const { open, problems } = madePage('replay.html', async (run, folder) => {
    const line = gunzipSync(readFileSync(LOG))
      .toString()
      .split('\n')
      .find((each) => each.includes('"username":"alice"'));
    const evil = {
      ...JSON.parse(line ?? ''),
      auditID: 'evil',
      requestURI: `/${EVIL}`,
      user: { username: EVIL },
      objectRef: undefined,
    };
    await writeFile(join(folder, 'evil.log'), `${JSON.stringify(evil)}\n`);
    const evilPolicy = `./${EVIL.replaceAll('/', '_')}.yaml`;
    await writeFile(
      join(folder, evilPolicy),
      `apiVersion: audit.k8s.io/v1\nkind: Policy # ${EVIL}\nrules: [{level: Metadata}]\n`,
    );
    const args = [
      'policy',
      'replay',
      LOG,
      'evil.log',
      '--policy',
      'gce',
      '--policy',
      evilPolicy,
      '--recorded-with',
      'kops',
      '--sink',
      'loki',
    ];
    await run([...args, '-o', 'html', '--out', 'replay.html']);
    json = JSON.parse(await run([...args, '-o', 'json']));
  });

  /** The texts of a column, from top to bottom, of the rows that are shown. */
  function column(page: Page, table: number, at: number): Promise<string[]> {
    return page.evaluate(
      `[...document.querySelectorAll('table')[${table}].tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[${at}].textContent.trim())`,
    );
  }

  it.each(SCHEMES)(
    'asks for nothing, says no error, runs nothing of the log and can be read, %s',
    async (colorScheme) => {
      const page = await open({ colorScheme });
      expect(await page.title()).toBe('What policies keep of an audit log');
      expect(problems).toEqual([]);
      expect(await page.evaluate(`document.querySelectorAll('img').length`)).toBe(0);
      expect(await page.evaluate(`document.body.textContent.includes(${JSON.stringify(EVIL)})`)).toBe(true);
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => (each.open = true))`);
      expect(await page.evaluate(CHECKS)).toMatchObject({
        contrasts: [],
        structure: { firsts: 1, skipped: [], uncaptioned: 0, unnamed: 0, dead: [], doubled: [] },
      });
      await page.close();
    },
  );

  it('shows the numbers of -o json', async () => {
    const page = await open();
    const values = (table: number): Promise<number[][]> =>
      page.evaluate(
        `[...document.querySelectorAll('table')[${table}].tBodies[0].rows].map((row) => [...row.querySelectorAll('[data-value]')].map((cell) => Number(cell.dataset.value)))`,
      );
    const [, ...policies] = await values(0);
    expect(policies.map((row) => [row[0], row[2]])).toEqual(json.policies.map(({ events, bytes }) => [events, bytes]));
    const rules = await values(2);
    expect(rules.map((row) => [row[0], row[3], row[5]])).toEqual(
      json.policies[0]?.rules.map(({ rule, events, bytes }) => [rule, events, bytes]),
    );
    await page.close();
  });

  it('sorts by the keyboard, tells how, and keeps the focus where it was', async () => {
    const page = await open();
    const head = page.locator('table').nth(2).getByRole('button', { name: 'Size', exact: true });
    await head.focus();
    await page.keyboard.press('Enter');
    const bytes = json.policies[0]?.rules.map((rule) => rule.bytes).toSorted((a, b) => b - a) ?? [];
    const told = () =>
      page.evaluate(
        `[...document.querySelectorAll('table')[2].tBodies[0].rows].map((row) => Number(row.cells[6].dataset.value))`,
      );
    expect(await told()).toEqual(bytes);
    expect(await page.evaluate(`document.activeElement.parentElement.getAttribute('aria-sort')`)).toBe('descending');
    await page.keyboard.press('Space');
    expect(await told()).toEqual(bytes.toReversed());
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(`document.querySelectorAll('table')[2].querySelectorAll('[aria-sort]').length`)).toBe(1);
    await page.close();
  });

  it('filters by the keyboard, and says how many rows are left', async () => {
    const page = await open();
    const input = page.getByRole('searchbox', { name: 'Filter: Who costs most under gce' });
    const all = await column(page, 3, 0);
    await input.focus();
    await page.keyboard.type('ALICE  pods/exec');
    const users = await column(page, 3, 0);
    expect(users.length).toBeGreaterThan(0);
    expect(users.every((user) => user === 'alice')).toBe(true);
    expect(await page.getByRole('status').filter({ hasText: 'rows' }).textContent()).toBe(
      `${users.length} of ${all.length} rows`,
    );
    await input.fill('');
    expect(await column(page, 3, 0)).toEqual(all);
    await page.close();
  });

  it('goes from the line of a rule to the text of the policy', async () => {
    const page = await open();
    await page.locator('table').nth(2).locator('a').first().focus();
    await page.keyboard.press('Enter');
    const target = page.locator('pre span:target');
    expect(await target.textContent()).toMatch(/^\s*- level: /);
    expect(await target.isVisible()).toBe(true);
    await page.close();
  });

  it('is whole without scripts', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('th').first().textContent()).toContain('Policy');
    expect(await page.locator('button, input').count()).toBe(0);
    await page.close();
  });

  it('is no wider than a phone, and prints in black on white with nothing cut off to the right', async () => {
    const phone = await open({ viewport: { width: 400, height: 800 } });
    expect(await phone.evaluate(`document.documentElement.scrollWidth`)).toBe(400);
    await phone.close();
    const page = await open({ viewport: { width: 720, height: 1000 }, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBe(720);
    expect(await page.evaluate(`getComputedStyle(document.body).color`)).toBe('rgb(0, 0, 0)');
    expect(await page.locator('.filter').first().isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.close();
  });
});
