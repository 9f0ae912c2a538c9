import { durationText, timeText } from '../events/times.ts';
import { barChart } from '../page/chart.ts';
import { type Html, html, NOTHING } from '../page/page.ts';
import { number, safeLine } from '../text.ts';
import type { Replayed, ReplayResult } from './result.ts';
import { shareText, byteText, unitOf } from './sizes.ts';
import { doneText, userText } from './talker.ts';

const LEVELS = [
  ['Metadata', 'one'],
  ['Request', 'two'],
  ['RequestResponse', 'three'],
] as const;

/** Events and bytes of the policies beside each other, by the level at which they are written. */
export function levelPictures({ log, policies }: ReplayResult): Html {
  const unit = unitOf(Math.max(log.bytes, ...policies.map(({ bytes }) => bytes)));
  const pictures = [
    {
      key: 'bytes',
      title: 'Size by policy and level',
      scale: unit.bytes,
      valueText: (value: number) => `${value} ${unit.name}`,
    },
    { key: 'events', title: 'Events by policy and level', scale: 1, valueText: number },
  ] as const;
  const drawn = pictures.map(({ key, title, scale, valueText }) =>
    barChart({
      title,
      says: 'The numbers are in the table above, and for each policy by level below.',
      labels: ['as recorded', ...policies.map(({ name }) => safeLine(name))],
      series: [
        { name: 'as recorded', colour: 'rest', values: [log[key] / scale, ...policies.map(() => 0)] },
        ...LEVELS.map(([level, colour]) => ({
          name: level,
          colour,
          values: [0, ...policies.map(({ levels }) => (levels[level]?.[key] ?? 0) / scale)],
        })),
      ],
      isLying: true,
      valueText,
    }),
  );
  return html`${drawn}`;
}

/** What each policy keeps over time, and what it leaves out, all by the same measure. */
export function timePictures({ policies, timeline: { spans, width } }: ReplayResult): Html {
  const most = Math.max(
    ...spans.map(({ log, policies: kept }) => Math.max(log.bytes, ...kept.map(({ bytes }) => bytes))),
  );
  const unit = unitOf(most);
  const labels = spans.map(({ from }) => timeText(from, true).slice(0, width < 60_000_000 ? 14 : 11));
  const pictures = policies.map(({ name, bytes: total }, at) => {
    const kept = spans.map((span) => span.policies[at]?.bytes ?? 0);
    const left = spans.map(({ log }, place) => Math.max(0, log.bytes - (kept[place] ?? 0)));
    const busiest = kept.indexOf(Math.max(...kept));
    return barChart({
      title: `Size over time: ${safeLine(name)}`,
      says: `One bar is ${durationText(width / 1_000_000)}. It keeps ${byteText(total)}, most in the bar from ${timeText(spans[busiest]?.from ?? 0, true)}: ${byteText(kept[busiest] ?? 0)}.`,
      labels,
      series: [
        { name: 'kept', colour: 'one', values: kept.map((bytes) => bytes / unit.bytes) },
        { name: 'left out', colour: 'rest', values: left.map((bytes) => bytes / unit.bytes) },
      ],
      valueText: (value) => `${value} ${unit.name}`,
      height: 170,
    });
  });
  return html`${pictures}`;
}

/** A policy can have thousands. */
const DRAWN_RULES = 30;

/** What each rule writes, in their order; of many those that write most. */
export function rulePicture({ rules, bytes: all }: Replayed): Html {
  const writing = rules.filter(({ bytes }) => bytes > 0);
  const most = writing.toSorted((a, b) => b.bytes - a.bytes).slice(0, DRAWN_RULES);
  return sizePicture(
    writing.length > DRAWN_RULES ? `Size by rule: the largest ${DRAWN_RULES}` : 'Size by rule',
    'The numbers are in the table below.',
    most
      .toSorted((a, b) => a.rule - b.rule)
      .map(({ rule, level, bytes }) => ({ name: `rule ${rule}, ${level}, ${shareText(bytes, all)}`, bytes })),
  );
}

const DRAWN_TALKERS = 10;

/** Who costs most. */
export function talkerPicture({ talkers, bytes: all }: Replayed, at: number): Html {
  const some = talkers.slice(0, DRAWN_TALKERS).map((talker) => {
    const bytes = talker.amounts[at]?.bytes ?? 0;
    return { name: safeLine(`${shareText(bytes, all)} ${doneText(talker)}, ${userText(talker)}`), bytes };
  });
  return sizePicture(`Size by who and what: the first ${some.length}`, 'The numbers are in the table below.', some);
}

function sizePicture(title: string, says: string, rows: readonly { name: string; bytes: number }[]): Html {
  if (rows.length === 0) return NOTHING;
  const unit = unitOf(Math.max(...rows.map(({ bytes }) => bytes)));
  return barChart({
    title,
    says,
    labels: rows.map(({ name }) => name),
    series: [{ name: 'size', colour: 'one', values: rows.map(({ bytes }) => bytes / unit.bytes) }],
    isLying: true,
    valueText: (value) => `${value} ${unit.name}`,
  });
}
