// Curves over primal steps: uPlot, with the range of what a point stands for as a band behind it.

import uPlot from '/webjars/uplot/dist/uPlot.esm.js';
import {html, useEffect, useRef, useScheme} from './ui.js';
import {number} from './words.js';

const HEIGHT = 240;
const DASH = [6, 5];
const AXIS_WIDTH = 58;
// Of numbers that are longer one has to count the noughts.
const MOST_CHARACTERS = 7;
// uPlot makes no lines that lie closer.
const MOST_DECIMALS = 17;

/** The value of one of the style sheet's colours. */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const COLOURS = 10;

// Of those that share a colour the second ones are dashed, the third ones dotted.
const STROKES = [{mark: '■'}, {mark: '▨', dash: [10, 4]}, {mark: '▦', dash: [2, 3]}];

/** One colour for each name, the objective grey, the same in every chart of the page; and the stroke that tells those of one colour apart. */
export function palette(names) {
  const others = names.filter((name) => name !== 'objective');
  const place = (name) => Math.max(0, others.indexOf(name));
  const colour = (name) => name === 'objective' ? token('--objective') : token(`--series-${place(name) % COLOURS}`);
  colour.stroke = (name) => STROKES[name === 'objective' ? 0 : Math.floor(place(name) / COLOURS) % STROKES.length];
  return colour;
}

/** What can be drawn: numbers that are none come as text. */
const finite = (value) => value !== null && Number.isFinite(Number(value)) ? Number(value) : null;

/** All steps of some series, and each series' values there; null where it has none. */
function aligned(series) {
  const steps = [...new Set(series.flatMap(({points}) => points.steps))].sort((a, b) => a - b);
  const at = new Map(steps.map((step, i) => [step, i]));
  const column = (points, values) => {
    const full = new Array(steps.length).fill(null);
    points.steps.forEach((step, i) => { full[at.get(step)] = finite(values[i]); });
    return full;
  };
  return {steps, column};
}

/**
 * @param series {name, points: {steps, mean, least, greatest}, colour, stroke, dashed, band, error, below}: `stroke` is the palette's, `band` shades the range, `error`
 *     has the points of standard errors to shade instead, `below` shades what lies under the line
 * @param stacked areas on top of each other, for shares
 */
export function Chart({label, series, stacked = false}) {
  const place = useRef(null);
  const plot = useRef(null);
  const shape = JSON.stringify([useScheme(), stacked, series.map(({name, colour, stroke, dashed, band, error}) => [name, colour, stroke?.mark, dashed, band, Boolean(error)])]);

  useEffect(() => {
    plot.current = new uPlot(drawing(place.current, series, stacked), columns(series, stacked), place.current);
    const resize = new ResizeObserver(() => plot.current.setSize({width: place.current.clientWidth, height: HEIGHT}));
    resize.observe(place.current);
    return () => {
      resize.disconnect();
      plot.current.destroy();
    };
  }, [shape]);

  useEffect(() => {
    const data = columns(series, stacked);
    const {scales: {x}, data: [drawn]} = plot.current;
    // Before it is drawn for the first time there is no range.
    const isDrawn = Number.isFinite(x.min) && Number.isFinite(x.max);
    if (isDrawn && drawn.length > 1 && (x.min > drawn[0] || x.max < drawn.at(-1))) {
      // Somebody has chosen these steps, to look at: they stay until a double click.
      const {min, max} = x;
      plot.current.setData(data, false);
      plot.current.setScale('x', {min, max});
    } else {
      plot.current.setData(data);
    }
  });

  const newest = series.filter(({points}) => points.steps.length > 0)
    .map(({name, points}) => `${name} ${number(points.mean[points.mean.length - 1])}`).join(', ');
  const newestStep = Math.max(0, ...series.map(({points}) => points.steps[points.steps.length - 1] ?? 0));
  const file = label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return html`<div class="chart" ref=${place} role="img" data-step=${newestStep} data-points=${Math.max(0, ...series.map(({points}) => points.steps.length))} aria-label=${`${label}; newest: ${newest || 'no records yet'}`}></div>
    <p class="save"><button class="small quiet" aria-label=${`${label} as CSV`} onClick=${() => save(`${file}.csv`, new Blob([csv(series)], {type: 'text/csv'}))}>CSV</button>
      <button class="small quiet" aria-label=${`${label} as PNG`} onClick=${() => picture(label, series, plot.current).toBlob((blob) => save(`${file}.png`, blob))}>PNG</button></p>`;
}

function save(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The numbers behind the curves, a line for each step; empty where a series has none. */
function csv(series) {
  const {steps, column} = aligned(series);
  const columns = series.flatMap(({name, points, band, error}) => [
    [name, points.mean],
    ...(band ? [[`${name} (least)`, points.least], [`${name} (greatest)`, points.greatest]] : []),
    ...(error ? [[`${name} (standard error)`, along(points, error)]] : []),
  ].map(([title, values]) => [title, column(points, values)]));
  const quoted = (text) => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return [['step', ...columns.map(([title]) => quoted(title))].join(','), ...steps.map((step, i) => [step, ...columns.map(([, values]) => values[i] ?? '')].join(','))].join('\n') + '\n';
}

/** The curves as they are drawn, on paper, with what they are above them. */
function picture(label, series, plot) {
  const drawn = plot.ctx.canvas;
  const scale = devicePixelRatio;
  const line = 20 * scale;
  const canvas = document.createElement('canvas');
  const ctx = canvas.getContext('2d');
  const font = (weight) => `${weight} ${13 * scale}px system-ui, sans-serif`;
  ctx.font = font(400);
  const rows = [[]];
  let x = 0;
  for (const {name, colour, stroke} of series) {
    const text = `${stroke?.mark ?? '■'} ${name}`;
    const width = ctx.measureText(`${text}   `).width;
    if (x + width > drawn.width && x > 0) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({text, colour, x});
    x += width;
  }
  canvas.width = drawn.width;
  canvas.height = drawn.height + line * (rows.length + 1);
  ctx.fillStyle = token('--paper');
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.textBaseline = 'middle';
  ctx.font = font(600);
  ctx.fillStyle = token('--ink');
  ctx.fillText(label, 0, line / 2);
  ctx.font = font(400);
  rows.forEach((row, i) => row.forEach(({text, colour, x: left}) => {
    ctx.fillStyle = colour;
    ctx.fillText(text, left, line * (i + 1.5));
  }));
  ctx.drawImage(drawn, 0, line * (rows.length + 1));
  return canvas;
}

/** Which steps a chart shows, for whoever looks at the page without seeing it. */
function shownIn(place, {min, max}) {
  place.dataset.from = min;
  place.dataset.to = max;
}

function newestInLegend(plot) {
  if (plot.cursor.idx === null || plot.cursor.idx === undefined) {
    plot.setLegend({idxs: plot.data.map((values) => values.findLastIndex((value) => value !== null && value !== undefined))});
  }
}

const shaded = ({band, error}) => Boolean(band || error);

/** A series' value at every step: of its newest point up to there, for each series is thinned out by itself; 0 before its first and after its last. */
function held(steps, {steps: own, mean}) {
  let next = 0;
  return steps.map((step) => {
    while (own[next] <= step) {
      next++;
    }
    return next === 0 || step > own[own.length - 1] ? 0 : mean[next - 1];
  });
}

/** Another series' value at each of a series' steps; null where it has none, as of an evaluator that knows no standard error. */
function along({steps}, {steps: own, mean}) {
  const at = new Map(own.map((step, i) => [step, mean[i]]));
  return steps.map((step) => at.get(step) ?? null);
}

/** The steps, then for each series its values; after those of one that is shaded the upper and the lower edge. */
export function columns(series, stacked) {
  const {steps, column} = aligned(series);
  const data = [steps];
  let below = new Array(steps.length).fill(0);
  for (const one of series) {
    const {mean, least, greatest} = one.points;
    if (stacked) {
      const shares = held(steps, one.points);
      below = below.map((sum, i) => sum + shares[i]);
      data.push(below);
      continue;
    }
    data.push(column(one.points, mean));
    if (shaded(one)) {
      const errors = one.error && along(one.points, one.error);
      const edge = (sign, extreme) => errors ? mean.map((v, i) => errors[i] === null ? null : v + sign * errors[i]) : extreme;
      data.push(column(one.points, edge(1, greatest)), column(one.points, edge(-1, least)));
    }
  }
  return data;
}

/** As many decimals as tell apart what lies `incr` from each other. */
function decimals(incr) {
  let places = 0;
  while (places < MOST_DECIMALS && Math.abs(incr - Number(incr.toFixed(places))) > incr * 1e-6) {
    places++;
  }
  return places;
}

const longest = (labels) => Math.max(0, ...labels.map(({length}) => length));

/** What stands at the lines of an axis: with an exponent where all digits were many, and were more. */
function lineLabels(values, incr) {
  const places = decimals(incr);
  // As uPlot writes the steps.
  const {format} = new Intl.NumberFormat(navigator.language, {minimumFractionDigits: places, maximumFractionDigits: places});
  const whole = values.map((value) => value.toFixed(places));
  const brief = whole.map((digits) => Number(digits) === 0 ? '0' : Number(digits).toExponential().replace('e+', 'e'));
  return longest(whole) > MOST_CHARACTERS && longest(brief) < longest(whole) ? brief : values.map(format);
}

/** The width that an axis needs for its longest label; while it has none, and for short ones, that which most charts have. */
function axisSize(plot, labels, index) {
  const {font: [font], gap, ticks} = plot.axes[index];
  plot.ctx.font = font;
  const widest = Math.max(0, ...(labels ?? []).map((label) => plot.ctx.measureText(label).width));
  return Math.max(AXIS_WIDTH, Math.ceil(ticks.size + gap + widest / devicePixelRatio));
}

/** uPlot's options: how the columns are drawn. */
function drawing(place, series, stacked) {
  const shown = [{label: 'step'}];
  const bands = [];
  for (const one of series) {
    if (stacked) {
      const share = (u, v, s, i) => i === null ? '–' : number(u.data[s][i] - (s > 1 ? u.data[s - 1][i] : 0));
      shown.push({label: one.name, stroke: one.colour, width: 1, fill: `${one.colour}55`, value: share});
      continue;
    }
    shown.push({
      label: one.name, stroke: one.colour, width: one.dashed ? 1.5 : 2, dash: one.dashed ? DASH : one.stroke?.dash, spanGaps: true,
      value: (u, v) => number(v), fill: one.below ? `${one.colour}1f` : undefined, fillTo: (u) => u.scales.y.min,
    });
    if (shaded(one)) {
      const hidden = {stroke: 'transparent', width: 0, spanGaps: true, points: {show: false}, label: '', class: 'band'};
      shown.push(hidden, {...hidden});
      bands.push({series: [shown.length - 2, shown.length - 1], fill: `${one.colour}26`});
    }
  }
  if (stacked) {
    // Drawn from the top down, so that each area covers only its own share.
    for (let i = shown.length - 1; i > 1; i--) {
      bands.push({series: [i, i - 1]});
    }
  }
  const axis = {stroke: () => token('--soft'), grid: {stroke: () => token('--line')}, ticks: {stroke: () => token('--line')}};
  return {
    width: place.clientWidth, height: HEIGHT, scales: {x: {time: false}, ...(stacked && {y: {range: (u, least, greatest) => [0, greatest || 1]}})}, bands, series: shown,
    axes: [{...axis, label: 'primal step', labelSize: 20}, {...axis, size: axisSize, values: (plot, values, index, space, incr) => lineLabels(values, incr)}],
    cursor: {sync: {key: 'steps'}},
    legend: {live: true},
    // Nobody points at a step: the legend tells the newest value of each.
    hooks: {setCursor: [newestInLegend], setData: [newestInLegend], ready: [newestInLegend], setScale: [(u, scale) => scale === 'x' && shownIn(place, u.scales.x)]},
  };
}
