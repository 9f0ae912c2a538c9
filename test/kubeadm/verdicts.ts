import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintText } from '../../src/lint/lint-text.ts';
import { ROOT } from '../docs/markdown.ts';

const FOLDER = join(ROOT, 'test/kubeadm/cases');

/** A document to judge. */
export interface Case {
  name: string;
  text: string;
}

/** The committed documents, by name. */
export function cases(): Case[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => ({ name: file.replace('.yaml', ''), text: readFileSync(join(FOLDER, file), 'utf8') }));
}

/** What `lint` tells of a document, the worst first: `error policy-not-mounted`; a dash for nothing. What follows from another is left out. */
export async function lintVerdict({ name, text }: Case): Promise<string> {
  const { findings, errors } = await lintText(text, `${name}.yaml`, { kopsVersion: null });
  if (errors.length > 0) return `unreadable: ${errors.map(({ message }) => message).join(', ')}`;
  const told = findings.filter(({ ignored, followsFrom }) => ignored === undefined && !followsFrom);
  const words = [...new Set(told.map(({ severity, rule }) => `${severity} ${rule}`))];
  return words.length === 0 ? '-' : words.toSorted().join(', ');
}

/** The table, as it is committed. */
export const TABLE: string = join(ROOT, 'test/kubeadm/verdicts.md');

/** A row of the table: what each program says. */
export interface Row {
  name: string;
  kubeadm: string;
  kubelet: string;
  flags: string;
  lint: string;
}

/** The rows of the table as it is committed. */
export function readTable(): Row[] {
  const lines = readFileSync(TABLE, 'utf8').split('\n').slice(2);
  return lines.flatMap((line) => {
    const [, name, kubeadm = '', kubelet = '', flags = '', lint = ''] = line.split('|').map((cell) => cell.trim());
    return name === undefined ? [] : [{ name, kubeadm, kubelet, flags, lint }];
  });
}
