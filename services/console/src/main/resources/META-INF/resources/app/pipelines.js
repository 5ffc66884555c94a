// Pipelines: the list, one with its revisions and executions, and an execution as the graph of its steps.

import {html, Time, useEffect, usePolled, useRef, useState} from './ui.js';
import {get, post} from './api.js';
import {Confirm} from './confirm.js';
import {runLink} from './runs.js';
import {duration, number, when} from './words.js';

const LOOK_EVERY_MILLIS = 1000;
const AT_ONCE = 50;
const MOST = 1000;
const OVER = ['SUCCEEDED', 'FAILED', 'SKIPPED', 'STOPPED'];
const WORDS = {
  WAITING: 'waits', RUNNING: 'running', APPROVAL: 'waits for a decision', RESTING: 'tried again soon', SUCCEEDED: 'succeeded', FAILED: 'failed', SKIPPED: 'skipped',
  STOPPED: 'stopped', PAUSED: 'paused',
};

export const pipelineLink = (name) => `#/pipelines/${encodeURIComponent(name)}`;
export const executionLink = (id) => `#/executions/${encodeURIComponent(id)}`;
const Phase = ({name}) => html`<span class=${`phase ${name}`}>${WORDS[name] ?? name}</span>`;
const over = (steps) => steps.filter(({phase}) => OVER.includes(phase)).length;
const took = (from, to) => duration((new Date(to ?? Date.now()) - new Date(from)) / 1000);

export function PipelineList({operator}) {
  const [pipelines, broken] = usePolled(LOOK_EVERY_MILLIS, () => get('/api/pipelines'), []);
  if (pipelines === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the pipelines …'}</p>`;
  }
  return html`
    <h1>Pipelines</h1>
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    ${pipelines.length === 0
      ? html`<p class="soft">None yet.${operator && html` <code>./saddle pipeline submit FILE.yaml</code> defines one and starts it.`}</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="Pipelines"><table class="cards">
          <thead><tr><th>Pipeline</th><th class="num">Revision</th><th>Newest execution</th><th>Phase</th><th>Steps</th></tr></thead>
          <tbody>${pipelines.map(({name, description, revision, schedule, next, newest}) => html`<tr key=${name}>
            <th scope="row"><a href=${pipelineLink(name)}>${name}</a><div class="small soft"><bdi>${description}</bdi></div><${Schedule} schedule=${schedule} next=${next} /></th>
            <td class="num" data-label="revision">${revision}</td>
            ${newest ? html`<${ExecutionCells} execution=${newest} />` : html`<td>–</td><td></td><td></td>`}</tr>`)}</tbody></table></div>`}`;
}

function ExecutionCells({execution}) {
  return html`<td><a href=${executionLink(execution.executionId)}>${execution.executionId}</a><div class="small soft"><${Time} at=${execution.requestedAt} /></div></td>
    <td><${Phase} name=${execution.phase} /><div class="small soft wide"><bdi>${execution.message}</bdi></div></td>
    <td style="min-width:8rem"><progress max=${execution.steps.length || 1} value=${over(execution.steps)} aria-label=${`${execution.executionId}: steps that are over`}></progress>
      <div class="small soft">${over(execution.steps)} of ${execution.steps.length} steps</div></td>`;
}

const Schedule = ({schedule, next}) => schedule && html`<div class="small soft schedule">starts ${schedule}${next && html`, next <${Time} at=${next} />`}</div>`;

/** A pipeline as it stands. Definitions are fetched where one is new: none of them changes, and they may be long. */
async function pipelineNow(path, definitions) {
  const complete = ({revisions}) => revisions.every(({revision}) => definitions.has(revision));
  const brief = definitions.size > 0 && await get(`${path}&definitions=false`);
  if (brief && complete(brief)) {
    return brief;
  }
  const whole = await get(path);
  whole.revisions.forEach(({revision, definition}) => definitions.set(revision, definition));
  return whole;
}

export function PipelinePage({name, operator}) {
  const path = `/api/pipelines/${encodeURIComponent(name)}`;
  const definitions = useRef(new Map());
  const [limit, setLimit] = useState(AT_ONCE);
  const [pipeline, broken] = usePolled(LOOK_EVERY_MILLIS, () => pipelineNow(`${path}?executions=${limit}`, definitions.current), [limit]);
  const [chosen, setChosen] = useState(null);
  const [asked, setAsked] = useState(null);
  if (pipeline === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the pipeline …'}</p>`;
  }
  const newest = pipeline.revisions[0];
  const shown = pipeline.revisions.find(({revision}) => revision === chosen) ?? newest;
  const start = () => setAsked({
    title: `Start revision ${shown.revision} of ${name}?`,
    explanation: 'Executions that are under way are left alone.',
    button: 'Start',
    then: async () => {
      const {executionId} = await post(`${path}/executions?revision=${shown.revision}`, {});
      location.hash = executionLink(executionId);
    },
  });
  return html`
    <div class="row spread"><h1>${name} <span class="soft">revision ${newest.revision}</span></h1>
      ${operator && html`<button class="main" onClick=${start}>Start${shown === newest ? '' : ` revision ${shown.revision}`}</button>`}</div>
    <p class="soft"><bdi>${pipeline.description}</bdi></p>
    <${Schedule} schedule=${pipeline.schedule} next=${pipeline.next} />
    ${broken && html`<p class="alert ERROR" role="alert">${broken}</p>`}
    <h2>Executions</h2>
    ${pipeline.executions.length === 0 ? html`<p class="soft">None yet.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Executions"><table class="cards">
      <thead><tr><th>Execution</th><th>Phase</th><th>Steps</th><th class="num">Revision</th><th class="num">Took</th></tr></thead>
      <tbody>${pipeline.executions.map((execution) => html`<tr key=${execution.executionId}><${ExecutionCells} execution=${execution} />
        <td class="num" data-label="revision">${execution.pipelineRevision}</td>
        <td class="num" data-label="took">${took(execution.requestedAt, execution.endedAt)}</td></tr>`)}</tbody></table></div>`}
    ${pipeline.executions.length === limit && limit < MOST && html`<p><button onClick=${() => setLimit(Math.min(MOST, limit * 2))}>More</button></p>`}
    <h2>Definition</h2>
    ${pipeline.revisions.length > 1 && html`<p><label>Revision <select onChange=${(e) => setChosen(Number(e.target.value))}>
      ${pipeline.revisions.map(({revision, updatedAt, updatedBy}) => html`<option value=${revision} selected=${revision === shown.revision}>${revision}, ${when(updatedAt)}${updatedBy ? `, ${updatedBy}` : ''}</option>`)}</select></label></p>`}
    <pre class="snippet" tabindex="0">${JSON.stringify(definitions.current.get(shown.revision), null, 2)}</pre>
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}

export function ExecutionPage({id, operator}) {
  const path = `/api/executions/${encodeURIComponent(id)}`;
  const [execution, broken] = usePolled(LOOK_EVERY_MILLIS, () => get(path), []);
  const [asked, setAsked] = useState(null);
  if (execution === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the execution …'}</p>`;
  }
  const {phase, steps} = execution;
  const decide = (step, approved) => setAsked({
    title: `${approved ? 'Approve' : 'Refuse'} ${step.name}?`,
    explanation: approved ? step.message : 'The step fails, and what needs it is skipped.',
    button: approved ? 'Approve' : 'Refuse',
    danger: !approved,
    fields: [{name: 'reason', label: 'Why (it stands beside the step)'}],
    then: ({reason}) => post(`${path}/steps/${encodeURIComponent(step.name)}/decision`, {approved, reason: reason || null}),
  });
  const ask = (action, title, explanation, danger) => setAsked({title, explanation, danger, button: title.split(' ')[0], then: () => post(`${path}/${action}`, {})});
  return html`
    <div class="row spread"><h1>${id} <${Phase} name=${phase} /></h1>
      ${operator && html`<div class="row">
        ${phase === 'RUNNING' && html`<button onClick=${() => ask('pause', `Pause ${id}?`, 'Its runs under way pause, and no other step starts.')}>Pause</button>`}
        ${phase === 'PAUSED' && html`<button class="main" onClick=${() => ask('resume', `Resume ${id}?`, 'It goes on where it was paused.')}>Resume</button>`}
        ${(phase === 'RUNNING' || phase === 'PAUSED') && html`<button class="danger" onClick=${() => ask('stop', `Stop ${id}?`, 'Its runs under way end for good. Try again begins what was stopped anew.', true)}>Stop</button>`}
        ${(phase === 'FAILED' || phase === 'STOPPED') && html`<button class="main" onClick=${() => ask('retry', `Try ${id} again?`, 'What failed, was stopped or was skipped begins anew; what has succeeded stays.')}>Try again</button>`}
      </div>`}</div>
    ${broken && html`<p class="alert ERROR" role="alert">${broken}</p>`}
    <dl class="facts">
      <div><dt>Pipeline</dt><dd><a href=${pipelineLink(execution.pipeline)}>${execution.pipeline}</a></dd></div>
      <div><dt>Revision</dt><dd>${execution.pipelineRevision}</dd></div>
      <div><dt>Steps that are over</dt><dd>${over(steps)} of ${steps.length}</dd></div>
      <div><dt>${execution.endedAt ? 'Took' : 'Under way for'}</dt><dd>${took(execution.requestedAt, execution.endedAt)}</dd></div>
      <div><dt>Started</dt><dd class="small"><${Time} at=${execution.requestedAt} />${execution.requestedBy ? ` by ${execution.requestedBy}` : ''}${execution.scheduledFor ? ` by schedule, for ${when(execution.scheduledFor)}` : ''}
        ${execution.startedAfter && html` after <a href=${executionLink(execution.startedAfter)}>${execution.startedAfter}</a>`}</dd></div>
    </dl>
    <${Graph} steps=${steps} operator=${operator} decide=${decide} />
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}

/** Steps of the definition, each with its instances and its distance from the beginning. */
function nodes(steps) {
  const byStep = new Map();
  steps.forEach((step) => {
    const node = byStep.get(step.step) ?? {name: step.step, kind: step.kind, needs: step.needs, instances: []};
    node.instances.push(step);
    byStep.set(step.step, node);
  });
  const depth = (name) => {
    const node = byStep.get(name);
    node.depth ??= 1 + Math.max(-1, ...node.needs.map(depth));
    return node.depth;
  };
  return [...byStep.values()].map((node) => ({...node, depth: depth(node.name)}));
}

/** Columns from left to right, and lines from each step to those that need it; on a phone one below the other, without lines. */
function Graph({steps, operator, decide}) {
  const frame = useRef(null);
  const [lines, setLines] = useState([]);
  const all = nodes(steps);
  const columns = [...new Set(all.map(({depth}) => depth))].sort((a, b) => a - b);
  const edges = all.flatMap(({name, needs}) => needs.map((need) => [need, name]));
  const drawn = JSON.stringify(edges);
  useEffect(() => {
    const draw = () => {
      const origin = frame.current.getBoundingClientRect();
      const box = (name) => frame.current.querySelector(`[data-step="${CSS.escape(name)}"]`).getBoundingClientRect();
      setLines(edges.map(([from, to]) => {
        const [a, b] = [box(from), box(to)];
        const [x, y, u, v] = [a.right - origin.left, a.top + a.height / 2 - origin.top, b.left - origin.left, b.top + b.height / 2 - origin.top];
        const bend = (u - x) / 2;
        return `M${x} ${y} C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`;
      }));
    };
    const watched = new ResizeObserver(draw);
    frame.current.querySelectorAll('[data-step]').forEach((step) => watched.observe(step));
    watched.observe(frame.current);
    return () => watched.disconnect();
  }, [drawn]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Steps"><div class="graph" ref=${frame}>
    <svg aria-hidden="true">${lines.map((d, i) => html`<path key=${i} d=${d} />`)}</svg>
    ${columns.map((depth) => html`<ol key=${depth}>${all.filter((node) => node.depth === depth).map((node) => html`<${Step} key=${node.name} node=${node} operator=${operator} decide=${decide} />`)}</ol>`)}
  </div></div>`;
}

function Step({node, operator, decide}) {
  return html`<li class="card" data-step=${node.name}>
    <h2>${node.name} <span class="soft small">${node.kind}</span></h2>
    ${node.needs.length > 0 && html`<p class="small soft needs">after ${node.needs.join(', ')}</p>`}
    ${node.instances.map((instance) => html`<${Instance} key=${instance.name} instance=${instance} alone=${node.instances.length === 1} operator=${operator} decide=${decide} />`)}
  </li>`;
}

function Instance({instance, alone, operator, decide}) {
  const {name, step, phase, attempt, run, progress, message, outputs, startedAt, endedAt, notBefore} = instance;
  const label = alone ? null : name.slice(step.length + 1);
  const distance = outputs.frechet && `distance ${number(Number(outputs.frechet), 4)}`;
  const violated = Number(outputs.violation) > 0.005 && `violated by ${number(100 * Number(outputs.violation), 2)} %`;
  return html`<div class="instance">
    <div class="row">${label && html`<span>${label}</span>`}<${Phase} name=${phase} />${attempt > 1 && html`<span class="small soft">attempt ${attempt}</span>`}
      ${startedAt && html`<span class="small soft" title=${when(startedAt)}>${took(startedAt, endedAt)}</span>`}</div>
    ${run && html`<a class="small" href=${runLink(run)}>${run}</a>`}
    ${phase === 'RUNNING' && progress !== undefined && html`<progress max="1" value=${progress} aria-label=${`${name}: ${Math.round(100 * progress)} %`}></progress>`}
    ${message && html`<p class="small" style="margin:.2rem 0"><bdi>${message}</bdi></p>`}
    ${phase === 'RESTING' && html`<p class="small soft" style="margin:0">again at ${when(notBefore)}</p>`}
    ${(distance || violated) && html`<p class="small soft" style="margin:0">${[distance, violated].filter(Boolean).join(', ')}</p>`}
    ${phase === 'APPROVAL' && operator && html`<div class="row"><button class="main" onClick=${() => decide(instance, true)}>Approve</button><button class="danger" onClick=${() => decide(instance, false)}>Refuse</button></div>`}
  </div>`;
}
