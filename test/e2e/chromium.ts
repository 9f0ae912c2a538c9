import { accessSync, constants, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

function found(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The browser of this machine; undefined where there is none. */
export const CHROMIUM: string | undefined = found();

/** To be evaluated in a page: what is wrong with its contrasts and its structure. */
export const CHECKS: string = readFileSync(new URL('report-page-checks.js', import.meta.url), 'utf8');

type PageOptions = Parameters<Browser['newPage']>[0];

/** A page that kops-audit made, for the tests of one `describe`. */
interface MadePage {
  url: () => string;
  open: (options?: PageOptions) => Promise<Page>;
  /** What the console of the opened pages said, their errors, and what they asked of others. */
  problems: readonly string[];
}

/** Runs kops-audit in the folder of the page, and gives its stdout. */
type Run = (args: readonly string[]) => Promise<string>;

/** Before the tests a page is made in a folder of its own and the browser is started; after them both are gone. */
export function madePage(file: string, make: (run: Run, folder: string) => Promise<void>): MadePage {
  let folder: string;
  let browser: Browser;
  const problems: string[] = [];
  const url = (): string => pathToFileURL(join(folder, file)).href;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kops-audit-page-'));
    await make((args) => runIn(folder, args), folder);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { url, problems, open: (options = {}) => openPage(browser, url(), problems, options) };
}

async function runIn(folder: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runWarmCli([...args], { env: { PATH: '', HOME: folder }, cwd: folder });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

async function openPage(browser: Browser, url: string, problems: string[], options: PageOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.on('console', (message) => problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) problems.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}
