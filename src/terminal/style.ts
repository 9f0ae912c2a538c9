import { styleText } from 'node:util';
import type { Style } from '../report/style.ts';
import { plainStyle } from '../report/style.ts';

/**
 * The style for one stream. Colour where the stream is a terminal that has it; NO_COLOR and FORCE_COLOR count as
 * node:util's styleText reads them, and `color: false` (`--no-color`) outranks both.
 */
export function streamStyle(stream: NodeJS.WritableStream, color: boolean): Style {
  if (!color) return plainStyle;
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) => styleText(format, text, { stream });
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}
