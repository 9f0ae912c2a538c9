import { canonicalJson, isObject, listOf, type Json, type JsonObject } from '../json.ts';
import { EVERY_AUDIT_KEY } from './audit-keys.ts';
import { groupRole, runsApiServer, type Group, type GroupRole } from './groups.ts';
import type { KopsObject } from './types.ts';

/** Whether another setting reads a file as well: a kubeconfig for the audit webhook and for the authorization webhook, say. */
export function isNamedElsewhere(cluster: KopsObject, path: string): boolean {
  return otherSettings(cluster).includes(JSON.stringify(path));
}

/** Whether a path stands anywhere in the other settings, in a script of a hook too. */
export function isMentionedElsewhere(cluster: KopsObject, path: string): boolean {
  return otherSettings(cluster).includes(JSON.stringify(path).slice(1, -1));
}

function otherSettings({ spec }: KopsObject): string {
  const { kubeAPIServer, fileAssets: _files, ...others } = spec;
  const server = Object.entries(isObject(kubeAPIServer) ? kubeAPIServer : {});
  return canonicalJson([others, Object.fromEntries(server.filter(([key]) => !EVERY_AUDIT_KEY.includes(key)))]);
}

/** Something of a spec that runs on instances with an API server, and could write a file there. */
export interface Script {
  /** In words: `the hook "fetch.service"`. */
  name: string;
  text: string;
  /** Where in the Cluster; null: in an instance group. */
  pointer: string | null;
}

/**
 * The scripts on instances with an API server that name a path: hooks of the Cluster and of instance groups, and user data
 * (`HookSpec` and `UserData` in kOps' `pkg/apis/kops`, 1.19 to 1.36; a hook without roles runs everywhere).
 */
export function scriptsNaming(path: string, cluster: KopsObject, groups: readonly Group[]): Script[] {
  const ofCluster = hooksOf(cluster.spec).map(({ index, ...hook }) => ({ ...hook, pointer: `/spec/hooks/${index}` }));
  const ofGroups = groups.filter(runsApiServer).flatMap(({ name, spec }) =>
    [...hooksOf(spec), ...userDataOf(spec)].map((script) => ({
      ...script,
      name: `${script.name} of instance group ${name}`,
      pointer: null,
    })),
  );
  return [...ofCluster, ...ofGroups].filter(({ text }) => names(text, path));
}

function hooksOf(spec: JsonObject): { name: string; text: string; index: number }[] {
  return listOf(spec['hooks']).flatMap((hook, index) =>
    isObject(hook) && runsWithApiServer(hook) ? [{ name: `the hook ${nameOf(hook)}`, text: textOf(hook), index }] : [],
  );
}

function userDataOf(spec: JsonObject): { name: string; text: string }[] {
  return listOf(spec['additionalUserData'])
    .filter(isObject)
    .map((part) => ({ name: `the user data ${nameOf(part)}`, text: textOf(part) }));
}

const API_SERVERS: readonly GroupRole[] = ['ControlPlane', 'APIServer'];

function runsWithApiServer({ enabled, roles }: JsonObject): boolean {
  const wanted = listOf(roles);
  return enabled !== false && (wanted.length === 0 || wanted.some((role) => API_SERVERS.includes(groupRole(role))));
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' && name !== '' ? `"${name}"` : 'without a name';
}

function textOf({ manifest, execContainer, content }: JsonObject): string {
  return [manifest, content, execContainer]
    .filter((part): part is Json => part !== undefined && part !== null)
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join('\n');
}

function names(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1))
    if (!/[\w./-]/.test(text.charAt(at + path.length))) return true;
  return false;
}
