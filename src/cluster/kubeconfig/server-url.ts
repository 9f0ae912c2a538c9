/** What of an address counts here, as Go's `net/url` reads it. */
export interface GoUrl {
  scheme: string;
  /** With the port; empty where there is none. */
  host: string;
  opaque: string;
  path: string;
  /** Whether a user or a password stands before the host. */
  hasUser: boolean;
}

/** An address that Go refuses: what is wrong with it, without the address, which may hold a password. */
class UrlProblem extends Error {}

/** A value, or why there is none. */
export type Parsed = { url: GoUrl; problem: null } | { url: null; problem: string };

/**
 * The address that client-go makes of the `server` of a kubeconfig: without a scheme it is taken for plain http
 * (`DefaultServerURL` in `rest/url_utils.go`, and the path as `ClientConfig` in `tools/clientcmd/client_config.go` cuts it, client-go 0.37.2).
 */
export function serverUrl(server: string): Parsed {
  const cut = attempt(() => parse(server, true));
  if (cut.url && cut.url.opaque === '' && cut.url.path.length > 1) {
    return isWhole(cut.url) ? cut : { url: null, problem: NO_HOST };
  }
  const whole = parseUrl(server);
  if (whole.url && isWhole(whole.url)) return whole;
  const guessed = parseUrl(`http://${server}`);
  if (guessed.url && ['', '/'].includes(guessed.url.path)) return guessed;
  return { url: null, problem: whole.problem ?? guessed.problem ?? NO_HOST };
}

const NO_HOST = 'it is neither a URL with a scheme and a host nor a host with a port';

function isWhole({ scheme, host }: GoUrl): boolean {
  return scheme !== '' && host !== '';
}

/** Reads an address as Go's `url.Parse` does (`net/url/url.go` of Go 1.26). Never throws. */
export function parseUrl(text: string): Parsed {
  return attempt(() => {
    const at = text.indexOf('#');
    const url = parse(at < 0 ? text : text.slice(0, at), false);
    if (at >= 0) checkEscapes(text.slice(at + 1), false);
    return url;
  });
}

function attempt(read: () => GoUrl): Parsed {
  try {
    return { url: read(), problem: null };
  } catch (error) {
    if (error instanceof UrlProblem) return { url: null, problem: error.message };
    throw error;
  }
}

function parse(text: string, viaRequest: boolean): GoUrl {
  if (/[\u0000-\u001F\u007F]/.test(text)) throw new UrlProblem('it has a control character in it');
  if (text === '*') return { scheme: '', host: '', opaque: '', path: '*', hasUser: false };
  const [scheme, afterScheme] = cutScheme(text);
  const rest = withoutQuery(afterScheme);
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme, host: '', opaque: rest, path: '', hasUser: false };
    if (viaRequest || (rest.split('/', 1)[0] ?? '').includes(':')) throw new UrlProblem(NO_HOST);
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || (!viaRequest && !rest.startsWith('///')));
  if (!hasAuthority) return { scheme, host: '', opaque: '', path: checkEscapes(rest, false), hasUser: false };
  const slash = rest.indexOf('/', 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  return { scheme, ...parseAuthority(scheme, authority), opaque: '', path: checkEscapes(path, false) };
}

function cutScheme(text: string): [string, string] {
  const [whole, scheme] = /^([A-Za-z][A-Za-z\d+.-]*):/.exec(text) ?? [];
  if (whole !== undefined && scheme !== undefined) return [scheme.toLowerCase(), text.slice(whole.length)];
  if (text.startsWith(':')) throw new UrlProblem('it has no scheme before its colon');
  return ['', text];
}

function withoutQuery(text: string): string {
  const at = text.indexOf('?');
  return at < 0 ? text : text.slice(0, at);
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'host' | 'hasUser'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { host, hasUser: false };
  const user = authority.slice(0, at);
  if (!/^[\w.:~!$&'()*+,;=%@-]*$/.test(user))
    throw new UrlProblem('the user before its host has a character in it that is not allowed there');
  checkEscapes(user, false);
  return { host, hasUser: true };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new UrlProblem('it has a "[" within its host');
  if (bracket === 0) return parseLiteral(host);
  const first = host.indexOf(':');
  if (first >= 0) checkPort(host.slice(scheme === 'http' || scheme === 'https' ? first : host.lastIndexOf(':')));
  return checkEscapes(host, true);
}

/** An IPv6 address in brackets, perhaps with a zone behind `%25` (RFC 6874). */
function parseLiteral(host: string): string {
  const end = host.lastIndexOf(']');
  if (end < 0) throw new UrlProblem('it has no "]" after its IPv6 address');
  checkPort(host.slice(end + 1));
  const inside = host.slice(1, end);
  const zoneAt = inside.indexOf('%25');
  const address = checkEscapes(zoneAt < 0 ? inside : inside.slice(0, zoneAt), true);
  const zone = zoneAt < 0 ? '' : checkZone(inside.slice(zoneAt));
  if (!isIpv6(address) || (zoneAt >= 0 && zone === '')) {
    throw new UrlProblem('what is in brackets is not an IPv6 address');
  }
  return host;
}

// As Go's `netip.ParseAddr`, without a zone.
function isIpv6(text: string): boolean {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = halves.flat();
  const isV4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(groups.at(-1) ?? '') && !text.endsWith(':');
  const plain = isV4 ? groups.slice(0, -1) : groups;
  const length = plain.length + (isV4 ? 2 : 0);
  if (halves.length > 2 || (halves.length === 2 ? length > 7 : length !== 8)) return false;
  const octets = isV4 ? groups.at(-1)!.split('.') : [];
  return plain.every((group) => /^[\dA-Fa-f]{1,4}$/.test(group)) && octets.every((octet) => Number(octet) < 256);
}

function checkPort(port: string): void {
  if (!/^(?::\d*)?$/.test(port)) throw new UrlProblem('its port is not a number');
}

const HOST_CHARACTERS = /^[\w!$&'()*+,;=:[\]<>".~-]$/;

/** `unescape` for a path, a user, a fragment or (`inHost`) a host; gives the text back as it is. */
function checkEscapes(text: string, inHost: boolean): string {
  if (/%(?![\dA-Fa-f]{2})/.test(text)) throw new UrlProblem('it has a "%" without two hexadecimal digits after it');
  if (!inHost) return text;
  if (/%(?!25)[0-7]/.test(text)) throw new UrlProblem('it has a "%" escape in its host');
  for (const character of text.replaceAll(/%../g, '')) {
    if (character < '\u0080' && !HOST_CHARACTERS.test(character)) {
      throw new UrlProblem(`its host has the character ${JSON.stringify(character)} in it`);
    }
  }
  return text;
}

// The part from `%25` on, without it.
function checkZone(zone: string): string {
  checkEscapes(zone, false);
  for (const [escape] of zone.matchAll(/%[\dA-Fa-f]{2}/g)) {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (escape !== '%25' && character !== ' ' && !HOST_CHARACTERS.test(character))
      throw new UrlProblem('it has a "%" escape in the zone of its IPv6 address');
  }
  return checkEscapes(zone.slice(3).replaceAll(/%../g, '_'), true);
}
