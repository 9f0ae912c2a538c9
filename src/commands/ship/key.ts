import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readStdin } from '../../input/read.ts';
import { readSecret } from '../../live/secret.ts';
import type { ShipSettings } from '../../ship/settings.ts';
import { kubectlOptions } from './cluster.ts';

/** The flags that say where the key is, and which cluster kubectl asks. */
export interface KeyFlags {
  keyEnv?: string;
  keyStdin?: boolean;
  context?: string;
  kubeconfig?: string;
  verbose?: boolean;
}

/** Keys, and where they are from. */
export interface Keys {
  /** By the key of the Secret. */
  values: ReadonlyMap<string, string>;
  /** As a noun: `the Secret kops-audit/audit-exporter`; null where none is needed. */
  from: string | null;
}

const OF_SECRET = {
  flag: '--secret',
  absent:
    'kops-audit ship render prints the command that makes it. To try a key before that: --key-env NAME, or --key-stdin.',
  otherwise: '--key-env NAME, or --key-stdin',
};

/**
 * Reads what the headers of a store need: from a variable, from stdin, else from the Secret through kubectl.
 *
 * @throws UserError where it is not there; ExternalError where kubectl fails.
 */
export async function readKeys(settings: ShipSettings, flags: KeyFlags, context: Context): Promise<Keys> {
  const names = [...new Set(settings.secretHeaders.map(({ key }) => key))];
  if (names.length === 0) return { values: new Map(), from: null };
  if (flags.keyEnv !== undefined) return given(names, fromEnv(flags.keyEnv, context), `$${flags.keyEnv}`);
  if (flags.keyStdin) return given(names, (await readStdin(context.io.input)).replace(/\r?\n$/, ''), 'stdin');
  const { cluster, namespace, secretName: name } = settings;
  const values = await context.io.progress.during('reading the key with kubectl', () =>
    readSecret({ namespace, name, ...OF_SECRET }, names, kubectlOptions({ ...flags, cluster }, context)),
  );
  return { values, from: `the Secret ${namespace}/${name}` };
}

function fromEnv(name: string, { env }: Context): string {
  const value = env[name];
  if (value) return value;
  throw new UserError(`--key-env names a variable that is ${value === '' ? 'empty' : 'not set'}`, {
    hint: 'Give the name of a variable, not the key: read -rs KEY; export KEY; kops-audit ship check --key-env KEY …',
  });
}

function given(names: readonly string[], value: string, from: string): Keys {
  if (names.length === 1) return { values: new Map(names.map((name) => [name, value])), from };
  throw new UserError(`there are ${names.length} keys (${names.join(', ')}), and one was given`, {
    hint: 'Put them into the Secret and leave --key-env and --key-stdin out.',
  });
}

/** All the forms in which a server could give keys back: as they were sent, their words, and what is in them. */
export function keyForms(keys: Iterable<string>): string[] {
  const sent = [...keys].flatMap((value) => [value, ...value.split(' ').filter((word) => word.length > 6)]);
  const all = [...sent, ...sent.flatMap(decoded)];
  return [...all, ...all.flatMap((text) => [encodeURIComponent(text), ...text.split(':').slice(1)])];
}

/** `user:password` of Basic authentication, or nothing. */
function decoded(text: string): string[] {
  const inside = /^[\w+/=-]{8,}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
  return /^[\x20-\x7e]+$/.test(inside) ? [inside] : [];
}
