// The list of runs.

import {html, usePolled, useState} from './ui.js';
import {get} from './api.js';
import {duration, number, phase} from './words.js';

const LOOK_EVERY_MILLIS = 1000;

export const runLink = (id) => `#/runs/${encodeURIComponent(id)}`;

export function Phase({name}) {
  return html`<span class=${`phase ${name}`}>${phase(name)}</span>`;
}

export function RunList({operator}) {
  const [runs, broken] = usePolled(LOOK_EVERY_MILLIS, () => get('/api/runs').then((all) => all.reverse()), []);
  const [chosen, setChosen] = useState(new Set());
  const choose = (id) => {
    const next = new Set(chosen);
    next.has(id) ? next.delete(id) : next.add(id);
    setChosen(next);
  };
  if (runs === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the runs …'}</p>`;
  }
  return html`
    <div class="row spread">
      <h1>Runs</h1>
      <div class="row">
        <a class="button" aria-disabled=${chosen.size < 2} href=${chosen.size < 2 ? undefined : `#/compare?runs=${[...chosen].map(encodeURIComponent).join(',')}`}>Compare ${chosen.size || ''}</a>
        ${operator && html`<a class="button" href="#/new">New run</a>`}
      </div>
    </div>
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    ${[...missing(runs)].map(([message, waiting]) => html`<p class="alert WARNING" role="status" key=${message}>${message} <span class="soft">(${some(waiting)})</span></p>`)}
    ${runs.length === 0
      ? html`<p class="soft">No runs yet.${operator && html` <a href="#/new">Start one from an example</a>, or <code>./saddle run submit FILE.yaml</code>.`}</p>`
      : html`<div class="scroll"><table class="cards">
          <thead><tr><th><span class="small">compare</span></th><th>Run</th><th>Phase</th><th>Progress</th><th class="num">Dual step</th><th class="num">Left</th><th class="num">Score</th></tr></thead>
          <tbody>${runs.map((run) => html`<${Row} key=${run.runId} run=${run} chosen=${chosen.has(run.runId)} choose=${choose} />`)}</tbody>
        </table></div>`}`;
}

// Whom runs wait for in vain, each once.
function missing(runs) {
  const all = new Map();
  runs.forEach((run) => run.missing.forEach((message) => all.set(message, [...(all.get(message) ?? []), run.runId])));
  return all;
}

// A thousand runs may wait for one trainer.
const some = (names) => names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

function Row({run, chosen, choose}) {
  return html`<tr>
    <td><input type="checkbox" checked=${chosen} aria-label=${`compare ${run.runId}`} onChange=${() => choose(run.runId)} /></td>
    <th scope="row"><a href=${runLink(run.runId)}>${run.runId}</a><div class="small soft wide">${run.description}</div></th>
    <td><${Phase} name=${run.phase} /><div class="small soft wide">${run.message}</div></td>
    <td style="min-width:9rem"><progress max=${run.totalSteps || 1} value=${run.step} aria-label=${`${run.runId}: ${run.step} of ${run.totalSteps} steps`}></progress>
      <div class="small soft">${run.step} of ${run.totalSteps} steps</div></td>
    <td class="num" data-label="dual step">${run.dualStep}</td>
    <td class="num" data-label="left">${run.phase === 'TRAINING' ? duration(run.etaSeconds) : '–'}</td>
    <td class="num" data-label="score">${run.newestScore ? number(run.newestScore.value, 4) : '–'}
      <div class="small soft">${run.judging ? 'the finished model is being judged' : run.newestScore && `${run.newestScore.name}, step ${run.newestScore.step}`}</div></td>
  </tr>`;
}
