import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { safeText, wrap } from '../../report/text.ts';
import { shipNotes, type ShipSettings, shipSettings } from '../../ship/settings.ts';
import { specOfCluster } from '../policy/cluster-policy.ts';

/** The flags of `SHIP_FLAGS` as the command line gives them. */
export interface ShipFlags {
  cluster?: string;
  state?: string;
  file?: string;
  sink?: string;
  param: string[];
  header: string[];
  secretHeader: string[];
  secret?: string;
  namespace?: string;
  image?: string;
  label: string[];
  maxEventBytes?: string;
  queue: 'disk' | 'none';
  priorityClass: string;
  quiet?: boolean;
  verbose?: boolean;
}

/**
 * Reads the spec of the cluster, from the file or with kops, and gives the settings of its collector. What must be known of them is told
 * on stderr.
 *
 * @throws UserError as `shipSettings`, and where no store is named; ExternalError where kops fails.
 */
export async function readShip({ sink, ...flags }: ShipFlags, context: Context): Promise<ShipSettings> {
  if (sink === undefined)
    throw new UserError('no store is named', {
      hint: 'Name it with --sink, for example --sink mezmo. `kops-audit ship sinks` lists them.',
    });
  const spec = await specOfCluster(flags, context);
  const settings = shipSettings(spec, { ...flags, sink });
  for (const note of shipNotes(settings)) warn(note, context);
  return settings;
}

function warn(text: string, { io }: Context): void {
  const [first = '', ...rest] = wrap(safeText(`warning: ${text}`), io.columns).split('\n');
  io.stderr(`${[first.replace(/^warning:/, io.style.yellow('warning:')), ...rest].join('\n')}\n`);
}
