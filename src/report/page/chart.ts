import { BarChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Html, html, madeHtml } from './page.ts';

use([BarChart, GridComponent, SVGRenderer]);

/** What a bar is coloured by: a variable of the page, so that one picture is right in both schemes. */
type Colour = 'ok' | 'failed' | 'denied' | 'one' | 'two' | 'three' | 'rest';

/** One kind of bars, on top of each other. */
interface Series {
  name: string;
  colour: Colour;
  values: readonly number[];
}

/** A picture of bars. */
export interface Bars {
  title: string;
  /** The same for who cannot see it, in a sentence or two. */
  says: string;
  labels: readonly string[];
  series: readonly Series[];
  /** Bars that lie: for names, which need room. */
  isLying?: boolean;
  /** What a value is called at the axis: `3 MiB`. */
  valueText?: (value: number) => string;
  /** How high a picture of standing bars is. */
  height?: number;
}

/** Colours that stand for the variables of the page, as the library knows only colours. */
const STAND_INS: Readonly<Record<Colour | 'ink' | 'line', string>> = {
  ok: '#010203',
  failed: '#020304',
  denied: '#030405',
  one: '#060708',
  two: '#070809',
  three: '#08090a',
  rest: '#090a0b',
  ink: '#040506',
  line: '#050607',
};

/** Draws bars as SVG, made without a browser, with its title and a legend. */
export function barChart(bars: Bars): Html {
  const { title, says, series } = bars;
  const keys = series.map(({ name, colour }) => html`<span class="key ${colour}-key"></span>${name}`);
  return html`<figure role="group" aria-label="${title}">
    <figcaption>${title}</figcaption>
    <p class="dim" aria-hidden="true">${series.length > 1 ? keys : ''}</p>
    ${madeHtml(withVariables(draw(bars)).replace('<svg ', '<svg role="img" aria-hidden="true" focusable="false" '))}
    <p class="dim">${says}</p>
  </figure>`;
}

const WIDTH = 900;
/** Names are wider than the library thinks, which knows no font. */
const NAMES_MARGIN = 48;

function draw({ labels, series, isLying = false, valueText, height: standing = 220 }: Bars): string {
  const height = isLying ? 40 + labels.length * 26 : standing;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  const names = { type: 'category' as const, data: [...labels], inverse: isLying, ...AXIS };
  const values = {
    type: 'value' as const,
    ...AXIS,
    ...(valueText ? { axisLabel: { ...AXIS.axisLabel, formatter: valueText } } : { minInterval: 1 }),
  };
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    grid: {
      left: isLying ? NAMES_MARGIN : 8,
      right: 24,
      top: 12,
      bottom: 8,
      outerBoundsMode: 'same' as const,
      outerBoundsContain: 'axisLabel' as const,
    },
    xAxis: isLying ? values : names,
    yAxis: isLying ? names : values,
    series: series.map(({ name, colour, values: data }) => ({
      type: 'bar' as const,
      stack: 'all',
      name,
      data: [...data],
      itemStyle: { color: STAND_INS[colour] },
      silent: true,
      barMaxWidth: 18,
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

const AXIS = {
  axisLabel: { color: STAND_INS.ink, fontSize: 13, width: 260, overflow: 'truncate' as const },
  axisLine: { lineStyle: { color: STAND_INS.line } },
  axisTick: { lineStyle: { color: STAND_INS.line } },
  splitLine: { lineStyle: { color: STAND_INS.line } },
};

function withVariables(svg: string): string {
  let text = svg.replace(/<style[^]*?<\/style>/g, '');
  for (const [name, colour] of Object.entries(STAND_INS)) text = text.replaceAll(colour, `var(--${name})`);
  return text;
}
