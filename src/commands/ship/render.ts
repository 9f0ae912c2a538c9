import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { fileError } from '../../input/file-error.ts';
import { namesIn, readIfThere } from '../../input/read.ts';
import { replaceFile } from '../../input/write.ts';
import { commandLine } from '../../process/words.ts';
import { safeText, wrap } from '../../report/text.ts';
import { type KubeObject, manifests, manifestText } from '../../ship/manifests.ts';
import { secretCommands, type ShipSettings } from '../../ship/settings.ts';
import { sha256 } from '../../sha256.ts';
import { specToYaml } from '../../yaml/print.ts';
import { readShip, type ShipFlags } from './flags.ts';

/** The flags of `ship render` as the command line gives them. */
export interface RenderFlags extends ShipFlags {
  out?: string;
}

/** `ship render`: the manifests of a collector, printed or written to a folder. */
export async function shipRender(flags: RenderFlags, context: Context): Promise<number> {
  const settings = await readShip(flags, context);
  const objects = manifests(settings);
  if (flags.out === undefined) await context.io.stdout(manifestText(objects));
  else writeFolder(flags.out, objects);
  if (!flags.quiet) tellNext(settings, flags.out, context);
  return 0;
}

const MARK = '# kops-audit ship render';
const KUSTOMIZATION = 'kustomization.yaml';

/**
 * Writes each object to a file of its own, the kustomization last. Each file is the old one or the new one at any moment.
 *
 * @throws UserError where the folder holds what is not ours, or what was edited since; then nothing is written.
 */
function writeFolder(folder: string, objects: readonly KubeObject[]): void {
  const files = objects.map((object): [string, string] => [`${object.kind.toLowerCase()}.yaml`, specToYaml(object)]);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(([name]) => name),
  };
  const all: [string, string][] = [...files, [KUSTOMIZATION, specToYaml(kustomization)]];
  try {
    refuseForeign(
      folder,
      all.map(([name]) => name),
    );
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of all) replaceFile(join(folder, name), stamped(text), { mode: 0o644 });
  } catch (error) {
    throw fileError(error, folder, 'the manifests were not written');
  }
}

function stamped(text: string): string {
  return `${MARK} sha256:${sha256(text)}\n${text}`;
}

/** Ours is a folder that is empty or has our kustomization; files of others beside it stay, but none of theirs is replaced. */
function refuseForeign(folder: string, names: readonly string[]): void {
  const there = namesIn(folder);
  if (there.length === 0) return;
  if (!there.includes(KUSTOMIZATION))
    throw new UserError('holds other files, and no kustomization of kops-audit', {
      place: { file: folder },
      hint: 'Give a new folder, or an empty one.',
    });
  const changed = names.find((name) => there.includes(name) && !isOurs(readIfThere(join(folder, name)) ?? ''));
  if (changed !== undefined)
    throw new UserError('is not as kops-audit wrote it, and would be replaced', {
      place: { file: join(folder, changed) },
      hint: 'Put your changes into an overlay that names this folder as a resource, and delete this file; or give another folder.',
    });
}

function isOurs(text: string): boolean {
  const end = text.indexOf('\n');
  return end > 0 && text.slice(0, end) === `${MARK} sha256:${sha256(text.slice(end + 1))}`;
}

/** What is left to do, with the key as a variable of the shell. */
function tellNext(settings: ShipSettings, out: string | undefined, { io }: Context): void {
  const { namespace, secretHeaders: headers, secretName } = settings;
  const secret = secretCommands(settings);
  const apply = commandLine('kubectl', out === undefined ? ['apply', '-f', 'FILE'] : ['apply', '-k', out]);
  const keys = headers.map(({ key, holds }) => `${key} is ${holds}`).join('; ');
  const parts: [string, readonly string[]][] = [
    ...(out === undefined ? [] : [[`Written to ${out}. Next:`, [apply]] satisfies [string, string[]]]),
    ...(secret.length === 0
      ? []
      : [
          [`Its pods wait for the Secret ${secretName} in ${namespace}: ${keys}. To make it:`, secret] satisfies [
            string,
            string[],
          ],
        ]),
  ];
  for (const [text, commands] of parts)
    io.stderr(`\n${wrap(safeText(text), io.columns)}\n${commands.map((line) => `  ${safeText(line)}\n`).join('')}`);
}
