import { allowableRules } from '../change/allow.ts';
import { readTemplates } from '../templates.ts';
import type { Values } from './types.ts';

const FILES: Values = { files: true };
const FOLDERS: Values = { folders: true };
const CLUSTERS: Values = { clusters: true };
const VERBS: Values = { words: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] };

/** The values of flags that are the same for every command. A flag that is missing takes what nobody can guess. */
const OF_FLAGS: Readonly<Record<string, () => Values>> = {
  '--allow': () => ({ words: allowableRules() }),
  '--by': () => ({ words: ['least', 'most'] }),
  '--cluster': () => CLUSTERS,
  '--fail-on': () => ({ words: ['error', 'warning', 'info'] }),
  '--file': () => FILES,
  '--journal': () => FOLDERS,
  '--kubeconfig': () => FILES,
  '--out': () => FOLDERS,
  '--policy': policies,
  '--requests': () => FILES,
  '--save-plan': () => FILES,
  '--target': () => ({ words: ['direct', 'terraform'] }),
  '--webhook-config': () => FILES,
};

const CHANGE_OUTPUTS = ['text', 'json', 'yaml', 'patch'];
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  enable: CHANGE_OUTPUTS,
  disable: CHANGE_OUTPUTS,
  rollback: CHANGE_OUTPUTS,
  apply: CHANGE_OUTPUTS,
  lint: ['text', 'json', 'sarif', 'github'],
  'policy test': ['text', 'junit', 'json'],
};

/** The arguments that can be offered, in their order, by command. */
const OF_ARGUMENTS: Readonly<Record<string, () => Values[]>> = {
  apply: () => [FILES],
  lint: () => [FILES],
  'policy show': () => [policies()],
  'policy explain': () => [VERBS],
  'policy test': () => [FILES],
  'policy diff': () => [policies()],
  'policy order': () => [policies()],
};

/** Takes a command (`policy show`) and the long name of a flag that takes a value; gives what to offer. */
export function flagValues(command: string, flag: string): Values {
  if (flag === '--output') return { words: OUTPUTS[command] ?? ['text', 'json'] };
  return OF_FLAGS[flag]?.() ?? {};
}

/** Takes a command and the place of an argument, from 0; gives what to offer. */
export function argumentValues(command: string, index: number): Values {
  return OF_ARGUMENTS[command]?.()[index] ?? {};
}

function policies(): Values {
  return { words: Object.keys(readTemplates()), files: true };
}
