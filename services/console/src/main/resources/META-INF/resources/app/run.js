// A run's page: where it stands, its curves, its constraints, what happened.

import {html, useEffect, useMemo, useRef, useState} from './ui.js';
import {follow, get, post, runPath} from './api.js';
import {Chart, palette} from './charts.js';
import {Constraints} from './constraints.js';
import {Confirm} from './confirm.js';
import {Phase} from './runs.js';
import {duration, isOver, number, percent, phase, plain, when} from './words.js';

const KINDS = ['run', 'status', 'constraint', 'multipliers', 'fid', 'summary', 'estimate', 'snapshot', 'alert'];
const REFRESH_MILLIS = 1000;

/** What the page knows of a run: fetched anew whenever the stream opens, and at most once a second while records come. */
function useRun(id) {
  const [state, setState] = useState({});
  const [live, setLive] = useState(false);
  useEffect(() => {
    let over = false;
    let due = false;
    let busy = false;
    const fetchAll = async () => {
      if (busy || over) {
        due = true;
        return;
      }
      busy = true;
      due = false;
      try {
        const [run, history, constraints] = await Promise.all(
          [get(runPath(id)), get(`${runPath(id)}/history`), get(`${runPath(id)}/constraints`)]);
        if (!over) {
          setState({run, history, constraints});
        }
      } catch (error) {
        if (!over) {
          setState((before) => ({...before, error}));
        }
      }
      setTimeout(() => {
        busy = false;
        if (due) {
          fetchAll();
        }
      }, REFRESH_MILLIS);
    };
    fetchAll();
    const end = follow(id, KINDS, {
      opened: () => { setLive(true); fetchAll(); },
      broken: () => setLive(false),
      event: fetchAll,
    });
    return () => {
      over = true;
      end();
    };
  }, [id]);
  return {...state, live};
}

export function RunPage({id}) {
  const {run, history, constraints, error, live} = useRun(id);
  const [asked, setAsked] = useState(null);
  if (!run) {
    return html`<p class="loading" role="status">${error ? error.message : `Reading ${id} …`}</p>`;
  }
  const over = isOver(run.phase);
  const ask = (action, words) => setAsked({
    title: `${words} ${id}?`,
    button: words,
    then: () => post(`${runPath(id)}/${action}`, {}),
  });
  return html`
    <div class="row spread">
      <div><h1>${id} <${Phase} name=${run.phase} /></h1><p class="soft small">${run.description}</p></div>
      <div class="row">
        <span class=${`live ${live ? '' : 'broken'}`} role="status">${live ? 'live' : 'connection lost, trying again'}</span>
        ${!over && (run.desiredState === 'PAUSED'
          ? html`<button onClick=${() => ask('resume', 'Resume')}>Resume</button>`
          : html`<button onClick=${() => ask('pause', 'Pause')}>Pause</button>`)}
        ${!over && html`<button onClick=${() => ask('stop', 'Stop')}>Stop</button>`}
      </div>
    </div>
    <${Facts} run=${run} history=${history} />
    <${Alerts} history=${history} />
    ${constraints.length > 0 && html`<h2>Constraints</h2><${Constraints} id=${id} constraints=${constraints} over=${over} />`}
    <${Curves} history=${history} constraints=${constraints} />
    <${Samples} run=${run} history=${history} />
    <h2>What happened</h2>
    <${Timeline} events=${history.timeline} />
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}

function Facts({run, history}) {
  const speed = history.series['samples-per-second'];
  const fid = history.scores.length > 0 ? history.scores[history.scores.length - 1] : null;
  const best = run.judgedModels?.[0];
  const facts = [
    ['step', `${run.step} of ${run.totalSteps}`],
    ['dual step', run.dualStep],
    ['time left', run.phase === 'TRAINING' ? duration(run.etaSeconds) : '–'],
    ['samples per second', speed ? number(speed.mean[speed.mean.length - 1], 3) : '–'],
    ['FID', fid ? `${number(fid.fid, 4)} (N ${fid.images})` : '–'],
    ['best model', best ? `step ${best.step}` : '–'],
  ];
  return html`
    <progress max=${run.totalSteps || 1} value=${run.step} aria-label="steps done"></progress>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <p class="small soft" role="status">${phase(run.phase)}: ${run.message} ${history.complete ? '' : '(the past is still being read)'}</p>`;
}

function Alerts({history}) {
  const alerts = history.timeline.filter(({kind}) => kind === 'alert').slice(-3).reverse();
  return alerts.map((alert) => html`<div class=${`alert ${alert.severity}`} role="alert">
    <strong>${alert.text}</strong><div class="small">${alert.more} <span class="soft">${when(alert.at)}</span></div></div>`);
}

const EMPTY = {steps: [], mean: [], least: [], greatest: []};

/** The series of one figure, by what they are of. */
function of(history, figure) {
  const start = `${figure}/`;
  return Object.entries(history.series).filter(([name]) => name.startsWith(start)).map(([name, points]) => [name.slice(start.length), points]);
}

function Curves({history, constraints}) {
  const names = useMemo(() => ['objective', ...constraints.map(({constraintId}) => constraintId)], [constraints]);
  const colour = palette(names);
  const single = (name) => [{name, points: history.series[name] ?? EMPTY, colour: colour('objective'), band: true}];
  const each = (figure) => of(history, figure).map(([name, points]) => ({name, points, colour: colour(name), band: true}));
  return html`
    <h2>Curves</h2>
    <div class="grid">
      <div class="card"><h3>Multipliers λ</h3><${Chart} label="Multipliers" series=${each('multiplier')} /></div>
      <div class="card"><h3>Mixture weights</h3><${Chart} label="Mixture weights" stacked=${true} series=${each('mixture')} /></div>
      <div class="card"><h3>Losses in the training batches</h3><${Chart} label="Losses" series=${each('loss')} /></div>
      ${constraints.filter(({constraintId}) => history.series[`estimate/${constraintId}`]).map((constraint) => {
        const id = constraint.constraintId;
        const error = history.series[`standard-error/${id}`];
        return html`<div class="card" key=${id}><h3>${id}: measured and allowed</h3><${Chart} label=${`${id}: loss and bound`} series=${[
          {name: 'measured', points: history.series[`estimate/${id}`], colour: colour(id), error: error?.mean},
          {name: 'allowed', points: history.series[`bound/${id}`] ?? EMPTY, colour: colour('objective'), dashed: true},
        ]} /></div>`;
      })}
      <div class="card"><h3>Gradient norm</h3><${Chart} label="Gradient norm" series=${single('gradient-norm')} /></div>
      ${of(history, 'cosine').length > 0 && html`<div class="card"><h3>Cosine to the objective's gradient</h3><${Chart} label="Cosines" series=${each('cosine')} /></div>`}
      ${history.scores.length > 0 && html`<div class="card"><h3>FID</h3><${Chart} label="FID" series=${[{
        name: 'FID', colour: colour('objective'),
        points: {steps: history.scores.map(({step}) => step), mean: history.scores.map(({fid}) => fid), least: [], greatest: []},
      }]} /></div>`}
      <div class="card"><h3>Samples per second</h3><${Chart} label="Samples per second" series=${single('samples-per-second')} /></div>
    </div>`;
}

function Samples({run, history}) {
  const scores = history.scores;
  const [chosen, setChosen] = useState(null);
  if (scores.length === 0) {
    return null;
  }
  const at = Math.min(chosen ?? scores.length - 1, scores.length - 1);
  const score = scores[at];
  const rows = score.classFrequencies;
  const even = 1 / rows.length;
  const most = Math.max(2 * even, ...rows.map(({frequency}) => frequency));
  return html`
    <h2>Samples</h2>
    <label class="row small">model of step ${score.step}
      <input type="range" min="0" max=${scores.length - 1} value=${at} style="flex:1" onInput=${(e) => setChosen(Number(e.target.value))} aria-valuetext=${`step ${score.step}`} /></label>
    <div class="grid">
      <figure class="card">${score.grid
        ? html`<img src=${`${runPath(run.runId)}/grids/${score.step}`} alt=${`Samples of the model of step ${score.step}`} loading="lazy" />`
        : html`<p class="soft">No grid was made.</p>`}</figure>
      <div class="card"><h3>Class frequencies <span class="soft small">FID ${number(score.fid)}, N ${score.images}; the mark is an even share</span></h3>
        <div class="bars">${rows.map(({label, frequency}) => html`<div><span style="background:none">${label}</span>
          <span><i style=${`width:${100 * frequency / most}%`}></i><b style=${`left:${100 * even / most}%`}></b></span><span style="background:none">${percent(frequency)}</span></div>`)}</div>
        <p class="small soft">${score.featureExtractor}; reference ${score.referenceId}</p></div>
    </div>`;
}

export function Timeline({events}) {
  const place = useRef(null);
  return html`<ol class="timeline" ref=${place} tabindex="0" aria-label="What happened, newest first">${[...events].reverse().map((event) => html`<li>
    <time datetime=${event.at} class="soft">${when(event.at)}</time><span class="soft">${event.kind}${plain(event.step) != null ? ` ${plain(event.step)}` : ''}</span>
    <span>${event.text}${event.more && html`<br /><span class="soft small">${event.more}</span>`}</span></li>`)}</ol>`;
}
