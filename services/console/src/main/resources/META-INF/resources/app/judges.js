// What the judges of a run found: their distances by their right names, over time and of one model.

import {html} from './ui.js';
import {Chart, token} from './charts.js';
import {number} from './words.js';

const REAL = 'real images among themselves';
const SHARES = {precision: '--series-0', recall: '--series-1', density: '--series-2', coverage: '--series-3'};

/** A network's name without what is said of it in brackets behind. */
export const plain = (network) => network.replace(/ \(.*$/s, '');

/** What a distance is called: FID names its network itself. */
const named = ({metric, network}) => metric === 'FID' ? metric : `${metric}, ${plain(network)}`;

/** A score's measures, the one that is its number first; scores of earlier releases have that alone. */
const measures = (score) => score.measures?.length > 0 ? score.measures : [{
  metric: score.featureExtractor.startsWith('inception-v3 (') ? 'FID' : 'Frechet distance', network: score.featureExtractor,
  images: score.images, referenceImages: score.referenceImages, frechet: score.fid, classes: [],
}];

/** Of two of the same step and network what was judged last counts; distances of different networks do not compare. */
export const isSameModel = (a, b) => a.step === b.step && a.featureExtractor === b.featureExtractor;

export const scoreName = (score) => named(measures(score)[0]);

export const judgedBy = (score) => [
  `features: ${measures(score).map(({network}) => network).join('; ')}`,
  score.classifier && `classes: ${score.classifier}${score.featureExtractorAccuracy != null ? `, ${number(100 * score.featureExtractorAccuracy, 3)} % of real images right` : ''}`,
  `reference: ${score.referenceId}`,
].filter(Boolean).join('; ');

/** The measures of each network over the steps. */
function byNetwork(scores) {
  const networks = new Map();
  for (const score of scores) {
    for (const measure of measures(score)) {
      networks.set(measure.network, [...networks.get(measure.network) ?? [], {step: score.step, measure}]);
    }
  }
  return [...networks.values()];
}

/** A curve of what some of the measures have. */
function curve(rows, value) {
  const there = rows.map(({step, measure}) => [step, value(measure)]).filter(([, v]) => v !== null && v !== undefined);
  return {steps: there.map(([step]) => step), mean: there.map(([, v]) => v), least: [], greatest: []};
}

/** What each network's Frechet distance is called, and its curve. */
export const distancesByNetwork = (scores) => new Map(byNetwork(scores).map((rows) => {
  const {measure} = rows[rows.length - 1];
  return [measure.network, {name: named(measure), points: curve(rows, ({frechet}) => frechet)}];
}));

/** A card for each figure of each network. */
export function JudgeCurves({scores, colour}) {
  return byNetwork(scores).map((rows) => {
    const {measure} = rows[rows.length - 1];
    const name = named(measure);
    const line = (label, value, more) => ({name: label, points: curve(rows, value), ...more});
    const floor = (value) => line(REAL, value, {colour: token('--good'), dashed: true});
    const infinity = line('of infinitely many samples', ({frechetAtInfinity}) => frechetAtInfinity, {colour: token('--series-0'), dashed: true});
    const kid = rows.filter(({measure: {kid: value}}) => value !== null && value !== undefined);
    return html`
      <div class="card" key=${`distance ${measure.network}`}><h3>${name}</h3><${Chart} label=${name} series=${[
        line(measure.metric, ({frechet}) => frechet, {colour}),
        floor((one) => one.floor?.frechet),
        ...(infinity.points.steps.length > 0 ? [infinity] : []),
      ].filter(({points}) => points.steps.length > 0)} /></div>
      ${kid.length > 0 && html`<div class="card" key=${`kid ${measure.network}`}><h3>KID, ${plain(measure.network)}</h3><${Chart} label=${`KID, ${plain(measure.network)}`} series=${[
        {name: 'KID ± standard error', points: curve(kid, (one) => one.kid), colour, error: curve(kid, (one) => one.kidStandardError)},
        floor((one) => one.floor?.kid),
      ].filter(({points}) => points.steps.length > 0)} /></div>
      <div class="card" key=${`shares ${measure.network}`}><h3>Precision and recall, ${plain(measure.network)}</h3><${Chart} label=${`Precision and recall, ${plain(measure.network)}`} series=${
        Object.entries(SHARES).map(([share, of]) => line(share, (one) => one[share], {colour: token(of)}))} /></div>`}`;
  });
}

const withError = (value, error) => value == null ? '–' : `${number(value)}${error == null ? '' : ` ± ${number(error, 2)}`}`;

/** The distances of one model under every network, each beside what it is between real images. */
export function Distances({score}) {
  const rows = measures(score);
  const infinity = rows.some(({frechetAtInfinity}) => frechetAtInfinity != null);
  return html`<div class="card"><h3>Distances <span class="soft small">model of step ${score.step}, N ${score.images}</span></h3>
    <div class="scroll" tabindex="0" role="region" aria-label="Distances"><table class="distances">
      <thead><tr><th>Network</th><th class="num">Distance</th><th class="num">${REAL}</th>${infinity && html`<th class="num">N → ∞</th>`}<th class="num">KID</th><th class="num">${REAL}</th>
        <th class="num">Precision</th><th class="num">Recall</th><th class="num">Density</th><th class="num">Coverage</th></tr></thead>
      <tbody>${rows.map((one) => html`<tr><th title=${one.network}>${named(one)}</th><td class="num">${number(one.frechet)}</td><td class="num">${number(one.floor?.frechet)}</td>
        ${infinity && html`<td class="num">${number(one.frechetAtInfinity)}</td>`}<td class="num">${withError(one.kid, one.kidStandardError)}</td>
        <td class="num">${withError(one.floor?.kid, one.floor?.kidStandardError)}</td>${Object.keys(SHARES).map((share) => html`<td class="num">${number(one[share], 3)}</td>`)}</tr>`)}</tbody></table></div>
    ${rows.filter(({rows: compared, images}) => compared > 0 && compared < images).slice(0, 1).map(({rows: compared}) => html`<p class="small soft">All but the distance take the first ${compared} samples.</p>`)}
    <${Classes} measure=${rows[0]} />
    <p class="small soft">${judgedBy(score)}</p></div>`;
}

function Classes({measure}) {
  return measure.classes.length > 0 && html`<details><summary>${named(measure)}: each class by itself</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Each class by itself"><table><thead><tr><th>Class</th><th class="num">Samples</th><th class="num">Real images</th><th class="num">Distance</th></tr></thead>
      <tbody>${measure.classes.map(({label, name, images, referenceImages, frechet}) => html`<tr><th>${name ?? label}</th><td class="num">${images}</td><td class="num">${referenceImages}</td>
        <td class="num">${frechet == null ? 'too few images' : number(frechet)}</td></tr>`)}</tbody></table></div></details>`;
}
