import { posix } from 'node:path';
import { isSamePath } from './asset-path.ts';
import { freePath } from './free-path.ts';
import type { GroupPlace } from './group-files.ts';
import { isForApiServer } from './groups.ts';
import type { EnableOptions } from './options.ts';
import { assetAt, contentOf, type LocatedAsset, type PresentAudit } from './present.ts';
import { isKubeconfig } from './webhook.ts';

/** Where the webhook config goes; `asset` is the one that holds it now and will hold it, null where a new one is made. */
export interface ChosenWebhook {
  file: string;
  asset: LocatedAsset | null;
}

/** Keeps the webhook config in the directory of the policy, where kOps wants it; null: no webhook backend. */
export function chooseWebhook(
  present: PresentAudit,
  options: EnableOptions,
  policyFile: string,
  place: GroupPlace,
  moves: string[],
): ChosenWebhook | null {
  const now = present.settings['auditWebhookConfigFile'];
  const { config } = options.webhook;
  if (typeof now !== 'string' || now === '')
    return config === undefined ? null : newWebhook(present, policyFile, place, moves);
  const asset = isSamePath(now, policyFile) ? null : present.webhook;
  const directory = posix.dirname(policyFile);
  const stays = posix.dirname(now) === directory && !isSamePath(now, policyFile);
  if (stays || (!asset && config === undefined)) return { file: now, asset };
  const file = freePath(`${directory}/${posix.basename(now)}`, 'The webhook config', present, place, moves);
  moves.push(`The webhook config moves from ${now} to ${file}: kOps wants it in the directory of the policy.`);
  return { file, asset };
}

function newWebhook(present: PresentAudit, policyFile: string, place: GroupPlace, moves: string[]): ChosenWebhook {
  const file = `${posix.dirname(policyFile)}/webhook.yaml`;
  const there = assetAt(present.assets, file);
  if (!there || !isForApiServer(there.asset) || !isKubeconfig(contentOf(there.asset)))
    return { file: freePath(file, 'The webhook config', present, place, moves), asset: null };
  moves.push(`The webhook config in the file asset "${there.asset.name}", which no setting pointed to, is replaced.`);
  return { file, asset: there };
}
