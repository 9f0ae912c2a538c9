import { decodeUtf8 } from './bytes.ts';
import { YamlProblem } from './problem.ts';

/**
 * The text of a `!!binary` value, as Go's `base64.StdEncoding` and `encoding/json` make it: line breaks are passed over, each byte that is no UTF-8 is U+FFFD.
 *
 * @throws YamlProblem where it is not base64.
 */
export function decodeBase64(text: string, offset: number): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[\d+/A-Za-z]*={0,2}$/.test(packed)) {
    throw new YamlProblem('the !!binary value is not base64', offset);
  }
  return decodeUtf8(
    Uint8Array.from(atob(packed), (char) => char.charCodeAt(0)),
    () => '\uFFFD',
  );
}
