import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The genuine logs, written by a kube-apiserver v1.36.3 at level RequestResponse, by the name the templates' heads give them. */
export const LOGS: Readonly<Record<string, string>> = {
  'API traffic': 'audit-requestresponse.log.gz',
  'API traffic with controllers': 'audit-controllers.log.gz',
};

export function linesOf(log: string): string[] {
  const file = new URL(`../samples/${LOGS[log]}`, import.meta.url);
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
