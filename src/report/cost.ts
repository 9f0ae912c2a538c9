import { isPlainTemplate, readStamp } from '../policy/render/stamp.ts';
import { sharesIn, type Share } from '../policy/render/template.ts';

/**
 * What a policy text says that it keeps of genuine logs: that of an unedited template with its own parameters says so in its head.
 * Empty where nobody measured it.
 */
export function sharesOf(text: string): readonly Share[] {
  const stamp = readStamp(text);
  if (stamp === null || !isPlainTemplate(stamp)) return [];
  return sharesIn(text);
}

/** The template that all are measured against. */
const MEASURE = 'metadata';

/** How much a policy writes: `about 1.8 to 2.2 × as much as metadata`. '' where it was not measured, or is what others are measured by. */
export function costText(shares: readonly Share[], name: string): string {
  return name === MEASURE || shares.length === 0 ? '' : relative(shares, MEASURE);
}

/** The same against another policy that was measured on the same logs. */
export function costAgainst(shares: readonly Share[], before: readonly Share[], name: string): string {
  const ratios = shares.flatMap(({ log, events, bytes }) => {
    const base = before.find((share) => share.log === log);
    return base ? [{ log, events: (100 * events) / base.events, bytes: (100 * bytes) / base.bytes }] : [];
  });
  return ratios.length === 0 ? '' : relative(ratios, name);
}

// Of the events only what the bytes do not tell.
function relative(shares: readonly Share[], name: string): string {
  const text = ratioText(shares.map(({ bytes }) => bytes / 100));
  const events = ratioText(shares.map((share) => share.events / 100));
  const of = text.endsWith(AS_MUCH) ? `as \`${name}\`` : `of what \`${name}\` writes`;
  return `writes about ${text} ${of}${events === text ? '' : ` (events: ${eventsText(events)})`}`;
}

const AS_MUCH = 'as much';

function eventsText(ratio: string): string {
  if (ratio === AS_MUCH) return 'as many';
  return ratio.endsWith(AS_MUCH) ? ratio.slice(0, -AS_MUCH.length).trim() : ratio;
}

function ratioText(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  if (least > 0.95 && most < 1.05) return AS_MUCH;
  if (most < 1) return range(partText(least), partText(most));
  return `${range(numberText(least), numberText(most))} × ${AS_MUCH}`;
}

function range(from: string, to: string): string {
  return from === to ? from : `${from} to ${to}`;
}

function numberText(ratio: number): string {
  return ratio < 10 ? String(Number(ratio.toFixed(1))) : ratio.toFixed(0);
}

const PARTS: readonly (readonly [number, string])[] = [
  [0.05, 'a twentieth'],
  [0.1, 'a tenth'],
  [0.2, 'a fifth'],
  [0.25, 'a quarter'],
  [1 / 3, 'a third'],
  [0.5, 'half'],
  [0.6, 'three fifths'],
  [2 / 3, 'two thirds'],
  [0.75, 'three quarters'],
  [0.9, 'nine tenths'],
];

function partText(ratio: number): string {
  const distance = ([part]: readonly [number, string]): number => Math.abs(part - ratio);
  return PARTS.reduce((best, each) => (distance(each) < distance(best) ? each : best), [1, 'all'] as const)[1];
}
