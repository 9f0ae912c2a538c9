import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { JsonObject } from '../../../src/json.ts';
import { freePort } from '../kube-apiserver/free-port.ts';
import { startProcess, type ServerProcess } from '../kube-apiserver/process.ts';
import { PROGRAMS } from './build.ts';

/** A collector that runs, or has ended. */
export interface Collector {
  /** Where it gives its metrics, as `127.0.0.1:PORT`. */
  metricsAddress: string;
  /** The sum of a metric over all its labels; 0 where it is not there. */
  metric(name: string): Promise<number>;
  /** What `/` of its health check says. */
  health(): Promise<number>;
  output(): string;
  isRunning(): boolean;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** How it is started. */
export interface CollectorOptions {
  /** A folder for its configuration, its state (`state`) and its output; made if need be. */
  dir: string;
  /** The configuration that a user gets. */
  config: JsonObject;
  /** What the pod would have in its environment. */
  env: Readonly<Record<string, string>>;
  /** More settings, each over what `config` says. */
  over?: JsonObject;
  /** What stands before the program: `setpriv`, for another user. */
  wrapper?: readonly string[];
  program?: string;
}

/** What a container of the image has in its command line. */
const GATES = '--feature-gates=stanza.synchronousLogEmitter';

/** As the container has it: uid 0, and no capability. */
const NO_CAPABILITIES: readonly string[] =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];

/** Starts a collector, and waits until it is well or has ended. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { dir, env, wrapper = NO_CAPABILITIES, program = PROGRAMS.collector } = options;
  await mkdir(dir, { recursive: true });
  const [health, metrics] = [await freePort(), await freePort()];
  const files = await writeConfig(options, health, metrics);
  const [file = program, ...words] = [...wrapper, program, ...files.map((each) => `--config=${each}`), GATES];
  const server = startProcess(file, words, { cwd: dir, output: join(dir, 'collector.log'), env });
  const collector = asCollector(server, health, metrics);
  while ((await collector.health().catch(() => 0)) !== 200 && server.isRunning()) await sleep(50);
  return collector;
}

function asCollector(server: ServerProcess, health: number, metrics: number): Collector {
  return {
    ...server,
    metricsAddress: `127.0.0.1:${metrics}`,
    metric: async (name) => sumOf(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text(), name),
    health: async () => (await fetch(`http://127.0.0.1:${health}/`)).status,
  };
}

function sumOf(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}(_total)?[{ ]`).test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** The configuration as it is, and in a second file what is of this machine: the collector lays one over the other. */
async function writeConfig(
  { dir, config, over }: CollectorOptions,
  health: number,
  metrics: number,
): Promise<string[]> {
  const files = {
    'config.json': config,
    'here.json': here(config, join(dir, 'state'), health, metrics),
    'over.json': over ?? {},
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(dir, name), JSON.stringify(value));
  return Object.keys(files).map((name) => join(dir, name));
}

function here(config: JsonObject, state: string, health: number, metrics: number): JsonObject {
  const prometheus = { host: '127.0.0.1', port: metrics };
  const storage = Object.keys(asObject(config['extensions'])).filter((name) => name.startsWith('file_storage'));
  return {
    extensions: {
      ...Object.fromEntries(storage.map((name) => [name, { directory: state, compaction: { directory: state } }])),
      health_check: { endpoint: `127.0.0.1:${health}` },
    },
    service: { telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus } } }] } } },
  };
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** What `otelcol validate` says of a configuration: '' where it is well. */
export async function validate(
  dir: string,
  config: JsonObject,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const file = join(dir, 'validate.json');
  await writeFile(file, JSON.stringify(config));
  const run = await execa(PROGRAMS.collector, ['validate', `--config=${file}`, GATES], {
    env,
    reject: false,
    all: true,
  });
  return run.exitCode === 0 ? '' : run.all;
}
