import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../../change/change.ts';
import { judgedLeniently } from '../../change/prepare.ts';
import type { Goal } from '../../change/request.ts';
import { planAddon, planWithoutAddon } from '../../cluster/addons.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { fileError } from '../../input/file-error.ts';
import { readIfThere } from '../../input/read.ts';
import { replaceFile } from '../../input/write.ts';
import { changeJson } from '../../report/plan.ts';
import { rowsView } from '../../report/text.ts';
import { ADDON_MARK, type AddonFile, addonFiles, checkManifestUrl } from '../../ship/addon.ts';
import { manifests } from '../../ship/manifests.ts';
import { secretCommands, type ShipSettings } from '../../ship/settings.ts';
import { changeSpec, kopsFor } from '../change/change.ts';
import { type ChangeFlags, checkFlags, readKopsVersion, refuseNoFolder } from '../change/flags.ts';
import type { PlanWords } from '../change/show.ts';
import { type AddonFlags, runningNamespace, say } from './cluster.ts';
import { readShip, type ShipFlags } from './flags.ts';

/** What of the command line counts for both. */
type SpecFlags = Omit<ChangeFlags, 'output' | 'allow' | 'diff' | 'out'> & AddonFlags;

/** What of that of `ship apply`. */
type ApplyFlags = ShipFlags & SpecFlags & { diff?: 'full' | 'short' | 'none'; out?: string };

/**
 * `ship apply --via addon`: writes what is to be uploaded, and has kOps load it, through the pipeline of every change of a spec. Gives the
 * exit status.
 */
export async function applyAddon(flags: ApplyFlags, context: Context): Promise<number> {
  const url = checkManifestUrl(flags.manifestUrl);
  const { out } = flags;
  if (out === undefined)
    throw new UserError('--via addon needs a folder for what is to be uploaded', { hint: 'Give --out DIR.' });
  refuseStream(flags.file);
  refuseNoFolder('--out', out);
  const checked = checkFlags('ship apply', changeFlags(flags));
  const settings = await readShip(flags, context);
  const kopsVersion =
    flags.file === undefined ? await kopsFor(flags, context, context.interrupt).version() : readKopsVersion(flags);
  const files = addonFiles(manifests(settings), url, kopsVersion);
  if (!flags.dryRun) write(out, files);
  tellUpload(files, out, settings, flags.dryRun ?? false, context);
  const prepare = (reading: Reading) => judgedLeniently(planAddon(reading, 'ship apply', url), []);
  return changeSpec(
    checked,
    { prepare } satisfies Goal,
    wordsFor(`kOps will load the collectors from ${url}, and apply them again where that changes.`),
    context,
  );
}

/** `ship remove --via addon`: has kOps load them no longer. Gives the exit status. */
export async function removeAddon(flags: SpecFlags & { namespace?: string }, context: Context): Promise<number> {
  const url = checkManifestUrl(flags.manifestUrl);
  refuseStream(flags.file);
  const checked = checkFlags('ship remove', changeFlags(flags));
  const prepare = (reading: Reading) => judgedLeniently(planWithoutAddon(reading, 'ship remove', url), []);
  const namespace = runningNamespace(flags);
  const status = await changeSpec(
    checked,
    { prepare } satisfies Goal,
    wordsFor(`kOps will load ${url} no longer.`),
    context,
  );
  if (status === 0 && !flags.dryRun)
    say(
      `\nWhat kOps applied before stays in the cluster. To remove it:\n  kubectl -n ${namespace} delete daemonset,configmap,serviceaccount -l app.kubernetes.io/part-of=kops-audit`,
      context,
    );
  return status;
}

function refuseStream(file: string | undefined): void {
  if (file === '-')
    throw new UserError('--via addon does not work on a stream', { hint: 'Give -f FILE or --cluster NAME.' });
}

/** Those of the flags that the pipeline knows; `out` would be the folder for Terraform. */
function changeFlags(flags: SpecFlags & { diff?: 'full' | 'short' | 'none'; out?: string }): ChangeFlags {
  const { out: _upload, ...rest } = { out: undefined, ...flags };
  return { ...rest, output: 'text', allow: [] };
}

/** The list of addons is an argument of a static pod, which an instance gets when it is made. */
const ROLLED =
  'It begins on each instance of the control plane that is replaced. kOps 1.36 and later do not see them as outdated by it: give the rolling update --force.';

function wordsFor(effect: string): PlanWords<SpecChange> {
  return {
    view: ({ operations, notes }, options) =>
      rowsView(
        [
          ['Effect', operations.length === 0 ? [] : [effect, ROLLED]],
          ['Note', notes.map((note) => (typeof note === 'string' ? note : ''))],
        ],
        options,
      ),
    json: changeJson,
  };
}

function write(folder: string, files: readonly AddonFile[]): void {
  try {
    const foreign = files.find(({ name }) => !(readIfThere(join(folder, name)) ?? ADDON_MARK).startsWith(ADDON_MARK));
    if (foreign !== undefined)
      throw new UserError('was not written by kops-audit, and would be replaced', {
        place: { file: join(folder, foreign.name) },
        hint: 'Give another folder with --out.',
      });
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) replaceFile(join(folder, name), text, { mode: 0o644 });
  } catch (error) {
    throw fileError(error, folder, 'the manifest was not written');
  }
}

function tellUpload(
  files: readonly AddonFile[],
  out: string,
  settings: ShipSettings,
  isDryRun: boolean,
  context: Context,
): void {
  const head = isDryRun ? 'Would write, to be uploaded:' : 'Upload this before you go on:';
  say([head, ...files.map(({ name, url }) => `  ${join(out, name)} to ${url}`)].join('\n'), context);
  const secret = secretCommands(settings);
  const { namespace, secretName } = settings;
  if (secret.length > 0)
    say(
      [
        `Keep the Secret ${secretName} out of that. The pods wait for it in ${namespace}; to make it:`,
        ...secret.map((line) => `  ${line}`),
        '',
      ].join('\n'),
      context,
    );
}
