import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorConfig } from '../../src/ship/collector.ts';
import { PROGRAMS } from './collector/build.ts';
import { type Collector, type CollectorOptions, startCollector } from './collector/collector.ts';
import { type Comparison, comparison, settingsFor } from './collector/delivery.ts';
import { type Store, startStore } from './collector/store.ts';
import { eventLines, type LogWriter, openWriter, withBody } from './collector/writer.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { openLab } from './kube-apiserver/lab.ts';
import { showPolicy } from './kube-apiserver/policy-file.ts';
import { runWorkload } from './kube-apiserver/run-workload.ts';

const SAMPLE = fileURLToPath(new URL('../samples/audit-controllers.log.gz', import.meta.url));
const SETTLED = { timeout: 90_000, interval: 250 };
const ALL: Comparison = { lost: [], twice: 0, changed: [], foreign: 0 };
const IS_ROOT = process.getuid?.() === 0;

let dir: string;
let store: Store;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ship-'));
  await chmod(dir, 0o755);
  store = await startStore({ dir: join(dir, 'store') });
});
afterAll(async () => {
  await store.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A node of its own: a log, a collector beside it, and in the store what is of this node only. */
interface Node {
  place: string;
  log: string;
  start: (more?: Partial<CollectorOptions>) => Promise<Collector>;
  count: () => Promise<number>;
  /** Waits until so many have arrived, and compares them with what was written. */
  compare: (lines: readonly string[]) => Promise<Comparison>;
}

interface NodeOptions {
  to?: Store;
  secretHeader?: readonly string[];
  key?: string;
  log?: string;
}

function nodeOf(name: string, { to = store, key = '', secretHeader = [], log }: NodeOptions = {}): Node {
  const place = join(dir, name);
  const directory = log ?? join(place, 'log');
  const settings = settingsFor({ directory, cluster: name, endpoint: to.url, maxEventBytes: 2_000_000, secretHeader });
  const env = { NODE_NAME: name, POD_IP: '127.0.0.1', SINK_SECRET: key };
  const mine = `"k8s.cluster.name":="${name}"`;
  const count = (): Promise<number> => to.count(mine);
  return {
    place,
    log: join(directory, 'audit.log'),
    start: (more = {}) => startCollector({ dir: place, config: collectorConfig(settings), env, ...more }),
    count,
    compare: async (lines) => {
      const compared = async (): Promise<Comparison> => comparison(lines, await to.query(mine));
      await expect.poll(async () => (await compared()).lost, SETTLED).toEqual([]);
      await sleep(1500); // what comes a second time comes now
      return compared();
    },
  };
}

/** Writes at about 4,000 lines a second; what is to be done at a line is done there, and the writing goes on after it. */
async function write(
  writer: LogWriter,
  lines: readonly string[],
  at: Readonly<Record<number, () => Promise<unknown>>> = {},
): Promise<void> {
  for (const [index, line] of lines.entries()) {
    await at[index]?.();
    writer.write(line);
    if (index % 200 === 0) await sleep(50);
  }
  writer.close();
}

describe('a log as kube-apiserver writes it, our configuration and the real collector', () => {
  it('deliver once and byte for byte through more than 30 rotations', async () => {
    const node = nodeOf('rotations');
    const lines = eventLines(SAMPLE, 8000);
    const writer = openWriter(node.log, 300_000);
    const collector = await node.start();
    await write(writer, lines);
    expect(writer.rotations()).toBeGreaterThanOrEqual(30);
    expect(await node.compare(lines)).toEqual(ALL);
    expect(await collector.metric('otelcol_exporter_send_failed_log_records')).toBe(0);
    await collector.stop();
  });

  // What is in a batch when the collector ends is sent, and sent again after it: it ends before it notes that.
  it('deliver each at least once when the collector ends in order, and the log is rotated meanwhile', async () => {
    const node = nodeOf('ends');
    const lines = eventLines(SAMPLE, 6000);
    let collector = await node.start();
    await write(openWriter(node.log, 1_000_000), lines, {
      1000: () => collector.stop(),
      2500: async () => (collector = await node.start()),
      4000: () => collector.stop(),
      5500: async () => (collector = await node.start()),
    });
    const { twice, ...rest } = await node.compare(lines);
    expect(rest).toEqual({ lost: [], changed: [], foreign: 0 });
    expect(twice).toBeLessThan(lines.length);
    await collector.stop();
  });

  it('deliver each at least once when the collector is killed, also while the store is away for 10 s', async () => {
    const own = await startStore({ dir: join(dir, 'store-away') });
    const node = nodeOf('kills', { to: own });
    const lines = eventLines(SAMPLE, 8000);
    let collector = await node.start();
    const again = async (): Promise<void> => {
      await collector.kill();
      collector = await node.start();
    };
    await write(openWriter(node.log, 1_000_000), lines, {
      1500: again,
      3000: () => own.stop(),
      4500: again,
      6000: () => sleep(10_000),
      6001: () => own.start(),
      7000: again,
    });
    const { twice, ...rest } = await node.compare(lines);
    expect(rest).toEqual({ lost: [], changed: [], foreign: 0 });
    expect(twice).toBeLessThan(lines.length);
    await collector.stop();
    await own.stop();
  });

  it('cut the bodies of lines of 3 and 12 MB, and keep the rest and what comes around them', async () => {
    const node = nodeOf('long');
    const lines = eventLines(SAMPLE, 300).map((line, at) => {
      if (at === 100) return withBody(line, 3_000_000);
      return at === 200 ? withBody(line, 12_000_000) : line;
    });
    const collector = await node.start();
    await write(openWriter(node.log), lines);
    expect(await node.compare(lines)).toEqual(ALL);
    expect(await store.count('"k8s.cluster.name":="long" bytesWithBodies:>3000000')).toBe(2);
    await collector.stop();
  });

  it('wait with a full queue until the store is back, and lose nothing', async () => {
    const own = await startStore({ dir: join(dir, 'store-full') });
    const node = nodeOf('full', { to: own });
    const lines = eventLines(SAMPLE, 8000);
    const queue = { exporters: { 'otlp_http/store': { sending_queue: { queue_size: 2_097_152 } } } };
    await own.stop();
    const collector = await node.start({ over: queue });
    await write(openWriter(node.log, 2_000_000), lines);
    await expect.poll(() => collector.metric('otelcol_exporter_queue_size'), SETTLED).toBeGreaterThan(1_000_000);
    expect(await collector.metric('otelcol_receiver_accepted_log_records')).toBeLessThan(lines.length);
    await own.start();
    expect(await node.compare(lines)).toEqual(ALL);
    await collector.stop();
    await own.stop();
  });

  it('lose with a wrong key, say so in one counter only, and are well', async () => {
    const user = { name: 'shipper', password: 'right' };
    const own = await startStore({ dir: join(dir, 'store-key'), user });
    const header = { to: own, secretHeader: ['Authorization'] };
    const lines = eventLines(SAMPLE, 50);
    const wrong = nodeOf('wrong', { ...header, key: basic('shipper:wrong') });
    let collector = await wrong.start();
    await write(openWriter(wrong.log), lines);
    await expect.poll(() => collector.metric('otelcol_exporter_send_failed_log_records'), SETTLED).toBe(lines.length);
    expect(await collector.health()).toBe(200);
    expect(collector.output()).toContain('401');
    expect(collector.output()).not.toContain(basic('shipper:wrong').slice(6));
    await collector.stop();
    const right = nodeOf('right', { ...header, key: basic('shipper:right') });
    collector = await right.start();
    await write(openWriter(right.log), lines);
    expect(await right.compare(lines)).toEqual(ALL);
    expect(await wrong.count()).toBe(0);
    await collector.stop();
    await own.stop();
  });

  it.runIf(IS_ROOT)(
    'do not start with a state folder that cannot be written, and then go on from the beginning',
    async () => {
      const node = nodeOf('state');
      const lines = eventLines(SAMPLE, 50);
      await mkdir(join(node.place, 'state'), { recursive: true });
      await chmod(join(node.place, 'state'), 0o500);
      const failed = await node.start();
      expect(failed.isRunning()).toBe(false);
      expect(failed.output()).toMatch(/permission denied/);
      await write(openWriter(node.log), lines);
      await chmod(join(node.place, 'state'), 0o700);
      const collector = await node.start();
      expect(await node.compare(lines)).toEqual(ALL);
      await collector.stop();
    },
  );

  it.runIf(IS_ROOT)('deliver nothing as uid 10001, the user of the image, and are well', async () => {
    const node = nodeOf('user');
    const program = join(dir, 'otelcol');
    await copyFile(PROGRAMS.collector, program);
    await mkdir(join(node.place, 'state'), { recursive: true });
    await chmod(join(node.place, 'state'), 0o777);
    const lines = eventLines(SAMPLE, 50);
    await write(openWriter(node.log), lines);
    const wrapper = ['setpriv', '--reuid=10001', '--regid=10001', '--clear-groups'];
    const other = await node.start({ wrapper, program });
    await sleep(2000);
    expect(await other.health()).toBe(200);
    expect(await other.metric('otelcol_receiver_accepted_log_records')).toBe(0);
    await other.stop();
    await rm(join(node.place, 'state'), { recursive: true });
    const collector = await node.start();
    expect(await node.compare(lines)).toEqual(ALL);
    await collector.stop();
  });
});

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

describe('a real kube-apiserver under the template kops, our configuration and the real collector', () => {
  it('deliver each event once and byte for byte, across its own rotation', async () => {
    const lab = await openLab();
    const log = join(lab.dir, 'kube-audit');
    const apiserver = await lab.start([
      `--audit-policy-file=${await showPolicy(lab.dir, 'kops', [])}`,
      `--audit-log-path=${log}/audit.log`,
      '--audit-log-maxsize=1',
    ]);
    const node = nodeOf('real', { log });
    const collector = await node.start();
    await runWorkload(apiserver);
    const path = `/api/v1/namespaces/default/secrets/${'n'.repeat(200)}?x=${'y'.repeat(3000)}`;
    for (let sent = 0; sent < 800; sent += 40)
      await Promise.all(Array.from({ length: 40 }, () => apiserver.send({ path, headers: authorization('alice') })));
    await apiserver.stop();
    const files = await readdir(log);
    const lines = (await Promise.all(files.map((name) => readFile(join(log, name), 'utf8')))).flatMap((text) =>
      text.trimEnd().split('\n'),
    );
    expect(files.length).toBeGreaterThan(2);
    expect((await stat(join(log, 'audit.log'))).mode & 0o777).toBe(0o600);
    expect(lines.length).toBeGreaterThan(800);
    expect(await node.compare(lines)).toEqual(ALL);
    await collector.stop();
    await lab.close();
  });
});
