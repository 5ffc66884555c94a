// The list of runs.

import {html, useEffect, usePolled, useRef, useState} from './ui.js';
import {getPage} from './api.js';
import {bytes, duration, number, phase, PHASES, when} from './words.js';

const LOOK_EVERY_MILLIS = 1000;
const TYPING_MILLIS = 250;
const AT_ONCE = 200;
const MOST = 1000;
const LIFECYCLES = {ARCHIVED: 'archived', DELETING: 'being deleted', DELETED: 'deleted'};

export const runLink = (id) => `#/runs/${encodeURIComponent(id)}`;

/** True of a run whose artifacts are gone, its pictures among them, or going. */
export const isGone = ({lifecycle}) => lifecycle === 'DELETED' || lifecycle === 'DELETING';

export function Phase({name}) {
  return html`<span class=${`phase ${name}`}>${phase(name)}</span>`;
}

export const labelLink = (key, value) => `#/runs?label=${encodeURIComponent(`${key}=${value}`)}`;

/** A run's labels; each leads to the runs that have it. */
export function Labels({labels}) {
  return Object.entries(labels ?? {}).map(([key, value]) => html`<a class="label" key=${key} href=${labelLink(key, value)}>${key}${value && html`=<b>${value}</b>`}</a>`);
}

export function Lifecycle({name}) {
  return name === 'ACTIVE' ? null : html`<span class="phase">${LIFECYCLES[name] ?? name}</span>`;
}

export function RunList({operator, query}) {
  const [limit, setLimit] = useState(AT_ONCE);
  const [found, broken] = usePolled(LOOK_EVERY_MILLIS, () => getPage(`/api/runs?order=newest&limit=${limit}&${query}`).then(
    (page) => page, (error) => {
      if (error.status === 400) {
        return {items: [], total: 0, refused: error};
      }
      throw error;
    }), [query, limit]);
  const [chosen, setChosen] = useState(new Set());
  const choose = (id) => {
    const next = new Set(chosen);
    next.has(id) ? next.delete(id) : next.add(id);
    setChosen(next);
  };
  if (found === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the runs …'}</p>`;
  }
  const runs = found.items;
  return html`
    <div class="row spread">
      <h1>Runs</h1>
      <div class="row">
        ${chosen.size < 2
          ? html`<button disabled title="Choose two runs or more">Compare ${chosen.size || ''}</button>`
          : html`<a class="button" href=${`#/compare?runs=${[...chosen].map(encodeURIComponent).join(',')}`}>Compare ${chosen.size}</a>`}
        ${operator && html`<a class="button" href="#/new">New run</a>`}
      </div>
    </div>
    <${Filter} query=${query} known=${runs} />
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    ${found.refused && html`<div class="alert ERROR" role="alert">${found.refused.message}<ul class="problems">${found.refused.problems.map(({path, message}) => html`<li><code>${path}</code> ${message}</li>`)}</ul></div>`}
    ${[...missing(runs)].map(([message, waiting]) => html`<p class="alert WARNING" role="status" key=${message}>${message} <span class="soft">(${some(waiting)})</span></p>`)}
    ${runs.length === 0
      ? !found.refused && html`<p class="soft" role="status">${query ? html`No run meets all of that. <a href="#/runs">Show all</a>` : html`No runs yet.${operator && html` <a href="#/new">Start one from an example</a>, or <code>./saddle run submit FILE.yaml</code>.`}`}</p>`
      : html`<div class="scroll"><table class="cards">
          <thead><tr><th>Compare</th><th>Run</th><th>Phase</th><th>Progress</th><th class="num">Dual step</th><th class="num">Left</th><th class="num">Score</th><th class="num">Stored</th></tr></thead>
          <tbody>${runs.map((run) => html`<${Row} key=${run.runId} run=${run} chosen=${chosen.has(run.runId)} choose=${choose} />`)}</tbody>
        </table></div>
        <p class="row"><span class="small soft count" role="status">${runs.length === found.total ? `${found.total} ${found.total === 1 ? 'run' : 'runs'}` : `the newest ${runs.length} of ${found.total} runs`}</span>
          ${runs.length < found.total && limit < MOST && html`<button onClick=${() => setLimit(Math.min(MOST, limit + AT_ONCE))}>Show more</button>`}</p>`}`;
}

const EMPTY = {text: '', phase: '', label: '', since: '', until: '', lifecycle: ''};

/** A field's choices, and what the address has that is none of them. */
const choices = (known, value) => known.some(([one]) => one === value) ? known : [...known, [value, value]];

const fields = (query) => {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(Object.keys(EMPTY).map((name) => [name, parameters.getAll(name).join(',')]));
};

/** What the list is narrowed down to: it stands in the address, so that it can be sent to somebody, and comes back with it. */
function Filter({query, known}) {
  const [typed, setTyped] = useState(fields(query));
  const written = useRef(query);
  const timer = useRef(null);
  const find = useRef(null);
  useEffect(() => {
    // What is typed meanwhile goes before what an address says that was made of it.
    if (query !== written.current) {
      written.current = query;
      setTyped(fields(query));
    }
  }, [query]);
  useEffect(() => {
    const key = (event) => {
      if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest('input, textarea, select, dialog')) {
        event.preventDefault();
        find.current.focus();
      }
    };
    document.addEventListener('keydown', key);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener('keydown', key);
    };
  }, []);
  const change = (name, wait) => (event) => {
    const next = {...typed, [name]: event.target.value};
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = new URLSearchParams(Object.entries(next).filter(([, value]) => value.trim() !== '')).toString();
      location.replace(written.current ? `#/runs?${written.current}` : '#/runs');
    }, wait);
  };
  const text = (name, words, more = {}) => html`<label>${words}<input name=${name} value=${typed[name]} onInput=${change(name, TYPING_MILLIS)} autocomplete="off" ...${more} /></label>`;
  const select = (name, words, options) => html`<label>${words}<select name=${name} value=${typed[name]} onChange=${change(name, 0)}>${choices(options, typed[name]).map(([value, shown]) => html`<option value=${value} selected=${value === typed[name]}>${shown}</option>`)}</select></label>`;
  const labels = [...new Set(known.flatMap(({labels: own}) => Object.entries(own).map(([key, value]) => `${key}=${value}`)))].sort();
  return html`<form class="filter" role="search" aria-label="Runs" onSubmit=${(event) => event.preventDefault()}>
    ${text('text', 'Find', {type: 'search', ref: find, placeholder: 'words (press /)', 'aria-keyshortcuts': '/'})}
    ${select('phase', 'Phase', [['', 'any'], ...Object.entries(PHASES)])}
    ${text('label', 'Label', {list: 'labels', placeholder: 'team=vision'})}
    ${text('since', 'Since', {list: 'times', placeholder: '2d, 2026-11-01'})}
    ${text('until', 'Until', {list: 'times', placeholder: '2026-11-30'})}
    ${select('lifecycle', 'Show', [['', 'active'], ['ACTIVE,ARCHIVED', 'archived too'], ['ARCHIVED', 'archived'], ['ACTIVE,ARCHIVED,DELETING,DELETED', 'deleted too']])}
    <datalist id="labels">${labels.map((label) => html`<option value=${label}></option>`)}</datalist>
    <datalist id="times"><option value="1d"></option><option value="7d"></option><option value="30d"></option></datalist>
  </form>`;
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
    <th scope="row"><a href=${runLink(run.runId)}>${run.runId}</a><div class="small soft wide"><bdi>${run.description}</bdi></div><div class="labels"><${Lifecycle} name=${run.lifecycle} /> <${Labels} labels=${run.labels} /></div></th>
    <td><${Phase} name=${run.phase} /><div class="small soft wide"><bdi>${run.message}</bdi></div></td>
    <td style="min-width:9rem"><progress max=${run.totalSteps || 1} value=${run.step} aria-label=${`${run.runId}: ${run.step} of ${run.totalSteps} steps`}></progress>
      <div class="small soft">${run.step} of ${run.totalSteps} steps</div></td>
    <td class="num" data-label="dual step">${run.dualStep}</td>
    <td class="num" data-label="left">${run.phase === 'TRAINING' ? duration(run.etaSeconds) : '–'}</td>
    <td class="num" data-label="score">${run.newestScore ? number(run.newestScore.value, 4) : '–'}
      <div class="small soft">${run.judging ? 'the finished model is being judged' : run.newestScore && `${run.newestScore.name}, step ${run.newestScore.step}`}</div></td>
    <td class="num bytes" data-label="stored" title=${run.stored ? `${run.stored.objects} files on ${when(run.stored.measuredAt)}` : undefined}>${bytes(run.stored?.bytes)}</td>
  </tr>`;
}
