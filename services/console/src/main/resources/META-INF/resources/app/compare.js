// Two or more runs beside each other.

import {html, usePolled, useScheme} from './ui.js';
import {get, isOfNoRun, runPath} from './api.js';
import {Chart, palette} from './charts.js';
import {distancesByNetwork, scoreName} from './judges.js';
import {isGone, Phase, runLink} from './runs.js';
import {number, percent} from './words.js';

const LOOK_EVERY_MILLIS = 5000;
const FIGURES = {multiplier: 'Multiplier', loss: 'Loss in the training batches', mixture: 'Mixture weight', 'gradient-norm': 'Gradient norm'};
const ORDER = Object.keys(FIGURES);

/** Every key of a specification with its value as text; entries of a list by their id. */
function flat(value, place = '', found = new Map()) {
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 0) {
    Object.entries(value).forEach(([key, member]) => flat(member, `${place}${place && '.'}${member?.id ?? key}`, found));
  } else if (value !== undefined) {
    found.set(place, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return found;
}

function Differences({runs}) {
  const all = runs.map(({run}) => flat({...run.spec, name: undefined}));
  const keys = [...new Set(all.flatMap((one) => [...one.keys()]))].filter((key) => new Set(all.map((one) => one.get(key))).size > 1).sort();
  return html`<h2>What their specifications differ in</h2>
    ${keys.length === 0 ? html`<p class="soft differences">In nothing but their names.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Differences"><table class="differences">
      <thead><tr><th>Key</th>${runs.map(({id}) => html`<th>${id}</th>`)}</tr></thead>
      <tbody>${keys.map((key) => html`<tr key=${key}><th scope="row"><code>${key}</code></th>${all.map((one) => html`<td>${one.get(key) ?? html`<span class="soft">–</span>`}</td>`)}</tr>`)}</tbody></table></div>`}`;
}

/** The newest grids: of one seed they begin with the same noise, place by place. */
function Grids({runs}) {
  const drawn = runs.filter(({run}) => !isGone(run)).map(({id, scores}) => ({id, score: scores.filter(({grid}) => grid).at(-1)})).filter(({score}) => score);
  const seeds = new Set(drawn.map(({score}) => score.seed));
  return drawn.length > 0 && html`<h2>Samples <span class="soft small">${seeds.size === 1 && drawn.length > 1 ? 'from the same noise, place by place' : drawn.length > 1 ? 'from different noise (seed)' : ''}</span></h2>
    <div class="grid">${drawn.map(({id, score}) => html`<figure class="card" key=${id}><img src=${`${runPath(id)}/grids/${score.step}`} alt=${`Samples of ${id}, step ${score.step}`} />
      <figcaption class="small soft">${id}, step ${score.step}</figcaption></figure>`)}</div>`;
}

const inWords = (series) => {
  const [figure, of] = series.split('/');
  return of ? `${FIGURES[figure]}: ${of}` : FIGURES[figure];
};

/** What is compared of a run; of one that is not there its id alone: the others go on. */
async function load(id) {
  try {
    const [run, curves, scores] = await Promise.all([get(runPath(id)), get(`${runPath(id)}/history/curves`), get(`${runPath(id)}/history/scores`)]);
    return {id, run, series: curves.series, scores};
  } catch (error) {
    if (isOfNoRun(error)) {
      return {id};
    }
    throw error;
  }
}

export function Comparison({ids}) {
  useScheme();
  const [found, broken] = usePolled(LOOK_EVERY_MILLIS, () => Promise.all(ids.map(load)), [ids.join(',')]);
  const runs = found?.filter(({run}) => run);
  const none = found?.filter(({run}) => !run).map(({id}) => id);
  if (!runs) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the runs …'}</p>`;
  }
  const colour = palette(ids);
  const figures = [...new Set(runs.flatMap(({series}) => Object.keys(series)))]
    .filter((name) => ORDER.includes(name.split('/')[0]))
    .sort((a, b) => ORDER.indexOf(a.split('/')[0]) - ORDER.indexOf(b.split('/')[0]) || a.localeCompare(b));
  const last = ({scores}) => scores[scores.length - 1];
  // Distances of different networks do not compare: a card for each.
  const distances = runs.map(({id, scores}) => ({id, curves: distancesByNetwork(scores)}));
  const networks = new Map(distances.flatMap(({curves}) => [...curves].map(([network, {name}]) => [network, name])));
  return html`
    <h1>Comparison</h1>
    ${none.length > 0 && html`<p class="alert WARNING" role="alert">There is no run ${none.join(', ')}, or none any more.</p>`}
    ${broken && html`<p class="alert ERROR" role="alert">What stands here is not the newest: ${broken}</p>`}
    <div class="scroll"><table><thead><tr><th>Run</th><th>Phase</th><th class="num">Step</th><th class="num">Distance</th><th class="num">Distance to uniform</th></tr></thead>
      <tbody>${runs.map((one) => html`<tr><td><span style=${`color:${colour(one.id)}`} aria-hidden="true">${colour.stroke(one.id).mark}</span> <a href=${runLink(one.id)}>${one.id}</a></td><td><${Phase} name=${one.run.phase} /></td>
        <td class="num">${one.run.step}</td><td class="num">${last(one) ? `${scoreName(last(one))} ${number(last(one).fid)} (N ${last(one).images})` : '–'}</td><td class="num">${last(one)?.classFrequencies.length > 0 ? percent(last(one).distanceToUniform) : '–'}</td></tr>`)}</tbody></table></div>
    <${Differences} runs=${runs} />
    <${Grids} runs=${runs} />
    <h2>Curves</h2>
    <div class="grid">
      ${[...networks].map(([network, name]) => html`<div class="card" key=${network}><h2 title=${network}>${name}</h2><${Chart} label=${name} series=${distances.filter(({curves}) => curves.has(network)).map(
        ({id, curves}) => ({name: id, colour: colour(id), stroke: colour.stroke(id), points: curves.get(network).points}))} /></div>`)}
      ${figures.map((figure) => html`<div class="card" key=${figure}><h2>${inWords(figure)}</h2><${Chart} label=${inWords(figure)} series=${runs.filter(({series}) => series[figure]).map(
        ({id, series}) => ({name: id, colour: colour(id), stroke: colour.stroke(id), points: series[figure]}))} /></div>`)}
    </div>`;
}
