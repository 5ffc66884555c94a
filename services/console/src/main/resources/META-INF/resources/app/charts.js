// Curves over primal steps: uPlot, with the range of what a point stands for as a band behind it.

import uPlot from '/webjars/uplot/dist/uPlot.esm.js';
import {html, useEffect, useRef, useScheme} from './ui.js';
import {number} from './words.js';

const HEIGHT = 240;
const DASH = [6, 5];

/** The value of one of the style sheet's colours. */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const COLOURS = 10;

/** One colour for each name, the objective grey, the same in every chart of the page. */
export function palette(names) {
  const others = names.filter((name) => name !== 'objective');
  return (name) => name === 'objective' ? token('--objective') : token(`--series-${(others.indexOf(name) % COLOURS + COLOURS) % COLOURS}`);
}

/** All steps of some series, and each series' values there; null where it has none. */
function aligned(series) {
  const steps = [...new Set(series.flatMap(({points}) => points.steps))].sort((a, b) => a - b);
  const at = new Map(steps.map((step, i) => [step, i]));
  const column = (points, values) => {
    const full = new Array(steps.length).fill(null);
    points.steps.forEach((step, i) => { full[at.get(step)] = values[i]; });
    return full;
  };
  return {steps, column};
}

/**
 * @param series {name, points: {steps, mean, least, greatest}, colour, dashed, band, error, below}: `band` shades the range, `error`
 *     is a column of standard errors to shade instead, `below` shades what lies under the line
 * @param stacked areas on top of each other, for shares
 */
export function Chart({label, series, stacked = false}) {
  const place = useRef(null);
  const plot = useRef(null);
  const shape = JSON.stringify([useScheme(), stacked, series.map(({name, colour, dashed, band, error}) => [name, colour, dashed, band, Boolean(error)])]);

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
    plot.current.setData(columns(series, stacked));
  });

  const newest = series.filter(({points}) => points.steps.length > 0)
    .map(({name, points}) => `${name} ${number(points.mean[points.mean.length - 1])}`).join(', ');
  const newestStep = Math.max(0, ...series.map(({points}) => points.steps[points.steps.length - 1] ?? 0));
  return html`<div class="chart" ref=${place} role="img" data-step=${newestStep} data-points=${Math.max(0, ...series.map(({points}) => points.steps.length))} aria-label=${`${label}; newest: ${newest || 'no records yet'}`}></div>`;
}

function newestInLegend(plot) {
  if (plot.cursor.idx === null || plot.cursor.idx === undefined) {
    plot.setLegend({idxs: plot.data.map((values) => values.findLastIndex((value) => value !== null && value !== undefined))});
  }
}

const shaded = ({band, error}) => Boolean(band || error);

/** The steps, then for each series its values; after those of one that is shaded the upper and the lower edge. */
function columns(series, stacked) {
  const {steps, column} = aligned(series);
  const data = [steps];
  let below = new Array(steps.length).fill(0);
  for (const one of series) {
    const {mean, least, greatest} = one.points;
    const values = column(one.points, mean);
    if (stacked) {
      below = below.map((sum, i) => sum + (values[i] ?? 0));
      data.push(below);
      continue;
    }
    data.push(values);
    if (shaded(one)) {
      const edge = (sign, extreme) => one.error ? mean.map((v, i) => v + sign * one.error[i]) : extreme;
      data.push(column(one.points, edge(1, greatest)), column(one.points, edge(-1, least)));
    }
  }
  return data;
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
      label: one.name, stroke: one.colour, width: one.dashed ? 1.5 : 2, dash: one.dashed ? DASH : undefined, spanGaps: true,
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
    width: place.clientWidth, height: HEIGHT, scales: {x: {time: false}}, bands, series: shown,
    axes: [{...axis, label: 'primal step', labelSize: 20}, {...axis, size: 58}],
    cursor: {sync: {key: 'steps'}},
    legend: {live: true},
    // Nobody points at a step: the legend tells the newest value of each.
    hooks: {setCursor: [newestInLegend], setData: [newestInLegend], ready: [newestInLegend]},
  };
}
