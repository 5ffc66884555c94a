// Curves over primal steps: uPlot, with the range of what a point stands for as a band behind it.

import uPlot from '/webjars/uplot/dist/uPlot.esm.js';
import {html, useEffect, useRef, useScheme} from './ui.js';
import {number} from './words.js';

const HEIGHT = 240;
const DASH = [6, 5];

/** The value of one of the style sheet's colours. */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** One colour for each name, the objective grey, the same in every chart of the page. */
export function palette(names) {
  const others = names.filter((name) => name !== 'objective');
  return (name) => name === 'objective' ? token('--objective') : token(`--series-${(others.indexOf(name) % 8 + 8) % 8}`);
}

/** All steps of some series, and each series' values there; null where it has none. */
export function aligned(series) {
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
 * @param series {name, points: {steps, mean, least, greatest}, colour, dashed, band, error}: `band` shades the range, `error` is a
 *     column of standard errors to shade instead
 *     `below` shades what lies under the line
 * @param stacked areas on top of each other, for shares
 */
export function Chart({label, series, stacked = false, unit = ''}) {
  const place = useRef(null);
  const plot = useRef(null);
  const shape = JSON.stringify([useScheme(), stacked, series.map(({name, dashed, band}) => [name, dashed, band])]);

  useEffect(() => {
    const {data, options} = drawing(place.current, series, stacked);
    plot.current = new uPlot(options, data, place.current);
    const resize = new ResizeObserver(() => plot.current.setSize({width: place.current.clientWidth, height: HEIGHT}));
    resize.observe(place.current);
    return () => {
      resize.disconnect();
      plot.current.destroy();
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(drawing(place.current, series, stacked).data);
  });

  const newest = series.filter(({points}) => points.steps.length > 0)
    .map(({name, points}) => `${name} ${number(points.mean[points.mean.length - 1])}${unit}`).join(', ');
  const newestStep = Math.max(0, ...series.map(({points}) => points.steps[points.steps.length - 1] ?? 0));
  return html`<div class="chart" ref=${place} role="img" data-step=${newestStep} data-points=${Math.max(0, ...series.map(({points}) => points.steps.length))} aria-label=${`${label}; newest: ${newest || 'no records yet'}`}></div>`;
}

function newestInLegend(plot) {
  if (plot.cursor.idx === null || plot.cursor.idx === undefined) {
    plot.setLegend({idxs: plot.data.map((values) => values.findLastIndex((value) => value !== null && value !== undefined))});
  }
}

function drawing(place, series, stacked) {
  const {steps, column} = aligned(series);
  const data = [steps];
  const shown = [{label: 'step'}];
  const bands = [];
  let below = new Array(steps.length).fill(0);
  for (const one of series) {
    const mean = column(one.points, one.points.mean);
    if (stacked) {
      below = below.map((sum, i) => sum + (mean[i] ?? 0));
      data.push(below);
      shown.push({label: one.name, stroke: one.colour, width: 1, fill: `${one.colour}55`, value: (u, v, s, i) => i === null ? '–' : number(mean[i])});
      if (shown.length > 2) {
        bands.push({series: [shown.length - 1, shown.length - 2]});
      }
      continue;
    }
    data.push(mean);
    shown.push({
      label: one.name, stroke: () => one.colour, width: one.dashed ? 1.5 : 2, dash: one.dashed ? DASH : undefined, spanGaps: true,
      points: {show: one.points.steps.length < 30}, value: (u, v) => number(v),
      fill: one.below ? () => `${one.colour}1f` : undefined, fillTo: (u) => u.scales.y.min,
    });
    if (one.band || one.error) {
      const upper = one.error ? one.points.mean.map((v, i) => v + one.error[i]) : one.points.greatest;
      const lower = one.error ? one.points.mean.map((v, i) => v - one.error[i]) : one.points.least;
      data.push(column(one.points, upper), column(one.points, lower));
      const hidden = {stroke: 'transparent', width: 0, spanGaps: true, points: {show: false}, label: '', class: 'band'};
      shown.push(hidden, {...hidden});
      bands.push({series: [shown.length - 2, shown.length - 1], fill: `${one.colour}26`});
    }
  }
  if (stacked) {
    // Drawn from the top down, so that each area covers only its own share.
    bands.length = 0;
    for (let i = shown.length - 1; i > 1; i--) {
      bands.push({series: [i, i - 1]});
    }
  }
  const axis = {stroke: () => token('--soft'), grid: {stroke: () => token('--line')}, ticks: {stroke: () => token('--line')}};
  const options = {
    width: place.clientWidth, height: HEIGHT, scales: {x: {time: false}}, bands, series: shown,
    axes: [{...axis, label: 'primal step', labelSize: 20}, {...axis, size: 58}],
    cursor: {sync: {key: 'steps'}},
    legend: {live: true},
    // Nobody points at a step: the legend tells the newest value of each.
    hooks: {setCursor: [newestInLegend], setData: [newestInLegend], ready: [newestInLegend]},
  };
  return {data, options};
}
