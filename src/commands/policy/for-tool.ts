import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LOG_DEFAULTS, type WantedWebhook } from '../../cluster/options.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readCount } from '../../flags/check.ts';
import { readToolVersion } from '../../flags/values.ts';
import { fileError } from '../../input/file-error.ts';
import { namesIn } from '../../input/read.ts';
import type { RenderedPolicy } from '../../policy/render/render.ts';
import { commandLine } from '../../process/words.ts';
import { createMasker } from '../../report/mask.ts';
import { secretsInText } from '../../report/secrets.ts';
import { safeJson, safeText, wrap } from '../../report/text.ts';
import { toolJson, toolMarkdown, toolText } from '../../report/tool-settings.ts';
import { POLICY_FILE, type ToolRequest, toolSettings, type ToolSettings } from '../../tools/tool.ts';
import { toolNamed } from '../../tools/tools.ts';
import { readToolWebhook } from '../../tools/webhook.ts';
import { readWebhook, type WebhookFlags } from '../change/webhook.ts';

/** The flags that settings are made of. */
export interface ToolFlags extends WebhookFlags {
  set: string[];
  kubernetesVersion?: string;
  for?: string;
  toolVersion?: string;
  logPath?: string;
  logMaxAge?: string;
  logMaxBackups?: string;
  logMaxSize?: string;
  log: boolean;
  out?: string;
  output: 'text' | 'json';
}

/** A policy as it was named and rendered. */
export interface ForTool {
  word: string;
  rendered: RenderedPolicy;
  kubernetesVersion: string | undefined;
}

/**
 * `policy show NAME --for TOOL`: the settings in the tool's own form on stdout, and on stderr where they go, what applies them, how to
 * verify, and what goes wrong; with `--out` all of it as files. Gives 1 where the tool takes no policy.
 *
 * @throws UserError for a tool, a release or a setting that cannot be had; nothing is printed or written then.
 */
export async function showForTool(named: ForTool, flags: ToolFlags, context: Context): Promise<number> {
  const { io } = context;
  const tool = toolNamed(flags.for ?? '');
  refuseAlone(flags);
  const wanted = await readWebhook(flags, () => io.input);
  const made = toolSettings(tool, { ...requestOf(named, flags), webhook: toldWebhook(wanted, flags, context) });
  if (flags.out !== undefined) writeFiles(flags.out, made, wanted.config ?? null);
  if (flags.output === 'json') await io.stdout(safeJson(toolJson(made)));
  else if (flags.out === undefined)
    await io.stdout(io.isTerminal.stdout ? safeText(made.settings.text) : made.settings.text);
  if (flags.output === 'text')
    io.stderr(`${io.isTerminal.stdout && flags.out === undefined ? '\n' : ''}${said(made, flags, io)}`);
  return made.isPossible ? 0 : 1;
}

/** The Kubernetes release that a release of the tool has, where the two are one: what the policy is rendered for. Throws UserError. */
export function kubernetesOfTool({ for: word = '', toolVersion }: ToolFlags): string | undefined {
  if (toolVersion === undefined || !toolNamed(word).versions.isKubernetes) return undefined;
  return readToolVersion('--tool-version', toolVersion);
}

/** What means something only with a webhook, and a webhook that means something only with a folder. */
function refuseAlone(flags: ToolFlags): void {
  const { log, webhookConfig, webhookUrl, out } = flags;
  const hint = 'Give --webhook-url or --webhook-config with it.';
  const hasWebhook = webhookConfig !== undefined || webhookUrl !== undefined;
  if (!log && !hasWebhook) throw new UserError('--no-log leaves no place for the events', { hint });
  const alone = hasWebhook ? undefined : ONLY_WITH_WEBHOOK.find(([key]) => flags[key] !== undefined);
  if (alone !== undefined) throw new UserError(`${alone[1]} has no effect: there is no webhook`, { hint });
  if (webhookUrl === undefined || out !== undefined) return;
  throw new UserError('--webhook-url goes with --out here', {
    hint: 'The config that is made of it may hold credentials: it is written to a folder, never printed.',
  });
}

const ONLY_WITH_WEBHOOK = [
  ['webhookCa', '--webhook-ca'],
  ['webhookClientCert', '--webhook-client-cert'],
  ['webhookClientKey', '--webhook-client-key'],
  ['webhookTokenFile', '--webhook-token-file'],
  ['webhookMode', '--webhook-mode'],
  ['webhookInitialBackoff', '--webhook-initial-backoff'],
] as const;

function said(made: ToolSettings, { out }: ToolFlags, { style, columns }: Context['io']): string {
  if (out === undefined) return safeText(toolText(made, { style, columns }));
  const files = [...fileNames(made), 'README.md'].join(', ');
  return `${wrap(safeText(`Written to ${out}: ${files}. README.md says what to do with them.`), columns)}\n`;
}

function requestOf({ word, rendered, kubernetesVersion }: ForTool, flags: ToolFlags): Omit<ToolRequest, 'webhook'> {
  const { text, policy, stamp } = rendered;
  const { toolVersion } = flags;
  return {
    policy: { name: stamp.policy, text, policy, command: commandOf(word, flags, kubernetesVersion) },
    toolVersion: toolVersion === undefined ? null : readToolVersion('--tool-version', toolVersion),
    kubernetesVersion: kubernetesVersion ?? null,
    log: flags.log ? logOf(flags) : null,
  };
}

function logOf({ logPath, logMaxAge, logMaxBackups, logMaxSize }: ToolFlags): ToolRequest['log'] {
  return {
    path: logPath ?? null,
    maxAge: readCount('--log-max-age', logMaxAge, 'days') ?? LOG_DEFAULTS.auditLogMaxAge,
    maxBackups: readCount('--log-max-backups', logMaxBackups, 'files') ?? LOG_DEFAULTS.auditLogMaxBackups,
    maxSize: readCount('--log-max-size', logMaxSize, 'MiB') ?? LOG_DEFAULTS.auditLogMaxSize,
    isRotationAsked: [logMaxAge, logMaxBackups, logMaxSize].some((value) => value !== undefined),
  };
}

/** What prints the policy alone. */
function commandOf(word: string, { set }: ToolFlags, kubernetesVersion: string | undefined): string | null {
  if (word === '-') return null;
  return commandLine('kops-audit', [
    'policy',
    'show',
    word,
    ...set.flatMap((pair) => ['--set', pair]),
    ...(kubernetesVersion === undefined ? [] : ['--kubernetes-version', kubernetesVersion]),
  ]);
}

/** What is not quite right with it is told at once. */
function toldWebhook(wanted: WantedWebhook, flags: ToolFlags, { io }: Context): ToolRequest['webhook'] {
  const { config, ...how } = wanted;
  if (config === undefined) return null;
  const { webhook, refused, warnings } = readToolWebhook(config);
  const source = flags.webhookConfig ?? '--webhook-url';
  const { text: clean } = createMasker(secretsInText(config));
  const place = { file: source, ...(refused ? { line: refused.line, column: refused.column } : {}) };
  if (refused) throw new UserError(clean(refused.message), { place, hint: clean(refused.mend) });
  for (const { line, message, mend } of warnings) {
    const text = `${io.style.yellow('warning:')} ${safeText(clean(`${source}:${line}: ${message}. ${mend}`))}`;
    io.stderr(`${wrap(text, io.columns)}\n`);
  }
  return { ...webhook, ...how, source };
}

function fileNames({ policy, settings, webhook }: ToolSettings): string[] {
  return [...(policy.isFile ? [POLICY_FILE] : []), settings.file, ...(webhook === null ? [] : [webhook.file])];
}

/** Puts all files into a new folder beside the wanted one, and renames that: it is there whole or not at all. */
function writeFiles(out: string, made: ToolSettings, config: string | null): void {
  const folder = resolve(out);
  const work = told(out, () => {
    mkdirSync(dirname(folder), { recursive: true });
    refuseFull(out, folder);
    return mkdtempSync(join(dirname(folder), `.${basename(folder)}.`));
  });
  try {
    told(out, () => {
      if (made.policy.isFile) put(join(work, POLICY_FILE), made.policy.text);
      put(join(work, made.settings.file), made.settings.text);
      if (made.webhook !== null) put(join(work, made.webhook.file), config ?? '');
      put(join(work, 'README.md'), `# ${made.title}: audit logging\n\n${toolMarkdown(made, { from: 'files' })}`);
      renameSync(work, folder);
    });
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

/** Only for its owner: a policy tells what is not recorded, and a webhook's config has credentials. */
function put(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
}

function refuseFull(out: string, folder: string): void {
  if (namesIn(folder).length === 0) return;
  throw new UserError('is not empty', {
    place: { file: out },
    hint: 'Give --out a folder that is empty or not there: what is in one stays as it is.',
  });
}

function told<T>(out: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, out, 'the files were not written');
  }
}
