import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS, CHROMIUM, madePage } from './chromium.ts';

const LOG = join(import.meta.dirname, '../samples/audit-controllers.log.gz');
const SCHEMES = ['light', 'dark'] as const;

describe.skipIf(CHROMIUM === undefined)('the page of a report in Chromium', () => {
  const { url, open, problems } = madePage('report.html', async (run) => {
    await run(['report', LOG, '-o', 'html', '--out', 'report.html', '--evidence', 'kept', '--recorded-with', 'kops']);
  });

  it.each(SCHEMES)('asks for nothing, says no error and can be read, %s', async (colorScheme) => {
    const page = await open({ colorScheme });
    expect(await page.title()).toMatch(/^Audit report 2026-11-23/);
    expect(problems).toEqual([]);
    expect(await page.evaluate(CHECKS)).toMatchObject({ contrasts: [] });
    await page.close();
  });

  it('has one heading of the page, headings in order, captions, labels, and links that lead somewhere', async () => {
    const page = await open();
    expect(await page.evaluate(CHECKS)).toHaveProperty('structure', {
      firsts: 1,
      skipped: [],
      uncaptioned: 0,
      unnamed: 0,
      dead: [],
      doubled: [],
    });
    await page.close();
  });

  it('goes by the keyboard: first past the list of sections, then from link to link', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement?.textContent`)).toBe('Skip to the report');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    await page.goto(url());
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement?.getAttribute('href')`)).toBe('#deletions');
    await page.keyboard.press('Enter');
    const top = await page.evaluate<number>(`document.querySelector('#deletions').getBoundingClientRect().top`);
    expect(Math.abs(top)).toBeLessThan(50);
    await page.close();
  });

  it('is no wider than a phone', async () => {
    const page = await open({ viewport: { width: 400, height: 800 } });
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBe(400);
    await page.close();
  });

  it('prints in black on white, with nothing cut off to the right', async () => {
    const page = await open({ viewport: { width: 720, height: 1000 }, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBe(720);
    expect(await page.evaluate(`getComputedStyle(document.body).color`)).toBe('rgb(0, 0, 0)');
    expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.close();
  });
});
