import type { LoggedEvent } from './event.ts';
import { namesIn, nameIn } from './bodies.ts';

/** The name of the object of an event; a create has it in its bodies where the server makes it up; '' where it is not recorded. */
export function nameOf({ objectRef, verb, requestObject, responseObject }: LoggedEvent): string {
  const given = objectRef?.name ?? '';
  if (given !== '' || verb !== 'create') return given;
  return nameIn(responseObject) ?? nameIn(requestObject) ?? '';
}

/** Whether a request for several objects can have had one of this name among them, by its field selector. */
export function isOfMany({ verb, requestURI }: LoggedEvent, name: string): boolean {
  if (!['list', 'watch', 'deletecollection'].includes(verb)) return false;
  const at = requestURI.indexOf('?');
  const fields = at < 0 ? '' : (new URLSearchParams(requestURI.slice(at)).get('fieldSelector') ?? '');
  const [, not, wanted] = /(?:^|,)metadata\.name(!)?==?([^,]+)/.exec(fields) ?? [];
  return wanted === undefined || (wanted === name) === (not === undefined);
}

/** Whether a deletecollection can have taken one of this name: its answer has the list, at the highest level. */
export function mayHaveTaken(event: LoggedEvent, name: string): boolean {
  return namesIn(event.responseObject)?.includes(name) ?? isOfMany(event, name);
}
