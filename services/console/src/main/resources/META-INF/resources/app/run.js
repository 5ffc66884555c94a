// A run's page: where it stands, its curves, its constraints, what happened.

import {html, throttled, Time, useEffect, useKafkaUnheard, useMemo, usePolled, useScheme, useState} from './ui.js';
import {follow, get, hasLoginEnded, isOfNoRun, patch, post, Refused, remove, runPath} from './api.js';
import {Chart, palette, token} from './charts.js';
import {Constraints} from './constraints.js';
import {auditLink} from './audit.js';
import {Distances, isSameModel, JudgeCurves, plain, scoreName} from './judges.js';
import {Confirm} from './confirm.js';
import {isGone, Labels, Lifecycle, Phase, runLink} from './runs.js';
import {Slots} from './slots.js';
import {bytes, duration, isOver, number, percent, phase, shortly, when} from './words.js';

const KINDS = ['run', 'metadata', 'status', 'constraint', 'fid', 'alert', 'points'];
const REFRESH_MILLIS = 500;
const DRAW_MILLIS = 250;
// The console merges neighbouring points as a run grows longer; what was added here since is exchanged for that now and then.
const ANEW_MILLIS = 60_000;
const STILL_READING_MILLIS = 2000;
// Of a run of which nothing comes nothing else would ask again.
const AFTER_FAILURE_MILLIS = 3000;
// A place in the queue changes by what becomes of others.
const QUEUE_MILLIS = 2000;
// Of a thousand runs the list is long, and families grow slowly.
const LINEAGE_MILLIS = 60_000;

/** Series that the table of constraints has the newest value of. */
const OF_CONSTRAINTS = /^(multiplier|mixture|bound|estimate)\//;

const EMPTY = {steps: [], mean: [], least: [], greatest: []};

/** Which of what is fetched a record of some kind makes old. */
const MADE_OLD = {run: ['run', 'timeline'], metadata: ['run', 'timeline'], status: ['run', 'constraints', 'timeline'], constraint: ['constraints', 'timeline'], alert: ['timeline'], fid: ['run']};

/** What the page knows of a run: fetched when the stream opens, then kept up to date by what the stream brings. */
function useRun(id) {
  const [state, setState] = useState({});
  const [live, setLive] = useState(false);
  useEffect(() => {
    let over = false;
    const known = {curves: {complete: false, series: {}}, scores: [], timeline: []};
    const paths = {run: '', constraints: '/constraints', timeline: '/history/timeline', scores: '/history/scores', curves: '/history/curves'};
    const isEnough = () => known.run && known.constraints;
    const show = throttled(DRAW_MILLIS, () => !over && isEnough() && setState({...known}));
    const old = new Set();
    let stillReading;
    let again;
    let isOpen = false;
    const fetchOld = throttled(REFRESH_MILLIS, async () => {
      const names = [...old];
      old.clear();
      clearTimeout(again);
      const answers = await Promise.allSettled(names.map((name) => get(`${runPath(id)}${paths[name]}`)));
      if (over) {
        return;
      }
      const failures = [];
      names.forEach((name, i) => {
        const {value, reason} = answers[i];
        if (reason) {
          // Asked for again with what is asked for next: the stream opens anew when the console is back.
          old.add(name);
          failures.push(reason);
        } else {
          known[name] = name === 'scores' ? withLater(value, known.scores) : value;
        }
      });
      known.problem = failures.find(hasLoginEnded) ?? failures[0] ?? null;
      if (hasLoginEnded(known.problem) || (known.run && failures.some(isOfNoRun))) {
        // Nothing that is asked for without a person's doing will be answered, or there is nothing to ask for.
        known.isDeleted = !hasLoginEnded(known.problem);
        stop();
      } else if (known.problem && isOpen) {
        again = setTimeout(fetchOld, AFTER_FAILURE_MILLIS);
      } else if (!known.problem && !known.curves.complete) {
        clearTimeout(stillReading);
        stillReading = setTimeout(() => make(...Object.keys(paths)), STILL_READING_MILLIS);
      } else if (!known.problem && stillReading) {
        // The others may have been answered just before.
        stillReading = undefined;
        make('run', 'constraints', 'scores', 'timeline');
      }
      if (known.problem && !isEnough()) {
        setState({error: known.problem});
      }
      show();
    });
    const make = (...names) => {
      names.forEach((name) => old.add(name));
      fetchOld();
    };
    const end = follow(id, KINDS, {
      opened: () => { isOpen = true; setLive(true); make(...Object.keys(paths)); },
      broken: () => { isOpen = false; setLive(false); make('run'); },
      event: (kind, record) => {
        if (kind === 'points') {
          Object.entries(record.values).forEach(([name, value]) => append(known.curves.series, name, record, value));
          if (Object.keys(record.values).some((name) => OF_CONSTRAINTS.test(name))) {
            // Estimates and dual steps come without a status behind a run's end or pause.
            make('constraints');
          }
        } else if (kind === 'fid') {
          known.scores = withScore(known.scores, record);
        }
        make(...MADE_OLD[kind] ?? []);
        show();
      },
    });
    // Of a trainer that has died no event tells.
    const anew = setInterval(() => make('curves', 'scores', 'run'), ANEW_MILLIS);
    const queued = setInterval(() => known.run?.queue && make('run'), QUEUE_MILLIS);
    const stop = () => {
      clearInterval(anew);
      clearInterval(queued);
      clearTimeout(stillReading);
      clearTimeout(again);
      end();
    };
    return () => {
      over = true;
      stop();
    };
  }, [id]);
  return {...state, live};
}

/** A point at a series' end; one that is there already, of a record that came twice, is left out. A dual step's stands in the place of the newest. */
function append(series, name, {step, dualStep}, value) {
  const points = series[name] ?? (series[name] = {steps: [], mean: [], least: [], greatest: []});
  if (points.steps.length === 0 || step > points.steps[points.steps.length - 1]) {
    points.steps.push(step);
    points.mean.push(value);
    points.least.push(value);
    points.greatest.push(value);
  } else if (dualStep !== undefined) {
    const last = points.steps.length - 1;
    points.mean[last] = value;
    points.least[last] = Math.min(points.least[last], value);
    points.greatest[last] = Math.max(points.greatest[last], value);
  }
}

/** In order of their steps, however late one comes. */
const withScore = (scores, score) => [...scores.filter((one) => !isSameModel(one, score)), score].sort((a, b) => a.step - b.step);

/** The console's choice of scores, with those that came while it was on its way. */
const withLater = (scores, known) => [...scores, ...known.filter(({step}) => step > (scores.at(-1)?.step ?? -1))];

const FOR_GOOD = {
  danger: true,
  explanation: 'It ends for good: no run goes on after it was stopped. Its models and records stay. Pause ends nothing.',
};

export function RunPage({id, operator}) {
  const {run, curves, scores, timeline, constraints, error, live, problem, isDeleted} = useRun(id);
  const unheard = useKafkaUnheard();
  const [asked, setAsked] = useState(null);
  if (!run) {
    return html`<p class="loading" role="status">${error ? error.message : `Reading ${id} …`}</p>`;
  }
  if (isDeleted) {
    return html`<h1>${id}</h1><p role="status">This run was deleted, with all its records. The audit still says <a href=${auditLink(id)}>who changed what</a>; here are <a href="#/runs">the other runs</a>.</p>`;
  }
  const fixed = isOver(run.phase) || !operator;
  const ask = (action, words, more = {}) => setAsked({
    title: `${words} ${id}?`,
    button: words,
    fields: [{name: 'reason', label: 'Why (for the audit)'}],
    ...more,
    then: ({reason}) => post(`${runPath(id)}/${action}`, {}, {reason}),
  });
  return html`
    <div class="row spread">
      <div><h1>${id} <${Phase} name=${run.phase} /> <${Lifecycle} name=${run.lifecycle} /></h1><p class="soft small">${run.description && html`<bdi>${run.description}</bdi> – `}submitted <${Time} at=${run.submittedAt} />, <a href=${auditLink(id)}>who changed what</a></p>
        <div class="labels"><${Labels} labels=${run.labels} />${operator && html`<button class="small" onClick=${() => setAsked(relabelled(id, run.labels))}>Labels …</button>`}</div></div>
      <div class="row">
        <span class=${`live ${live && !problem && !unheard ? '' : 'broken'}`} role="status">${standing(live, problem, unheard)}</span>
        ${!fixed && run.queue && html`<button onClick=${() => setAsked(prioritized(id, run))}>Priority …</button>`}
        ${!fixed && (run.desiredState === 'PAUSED'
          ? html`<button onClick=${() => ask('resume', 'Resume')}>Resume</button>`
          : html`<button onClick=${() => ask('pause', 'Pause')}>Pause</button>`)}
        ${!fixed && html`<button class="danger" onClick=${() => ask('stop', 'Stop', FOR_GOOD)}>Stop</button>`}
        ${operator && isOver(run.phase) && html`<${Ended} id=${id} run=${run} ask=${ask} setAsked=${setAsked} />`}
      </div>
    </div>
    <${Removals} run=${run} />
    <${Facts} run=${run} curves=${curves} scores=${scores} />
    ${run.spec.training?.slots > 1 && !isOver(run.phase) && html`<${Slots} id=${id} />`}
    <${Alerts} timeline=${timeline} constraints=${constraints} />
    ${constraints.length > 0 && html`<h2>Constraints</h2><${Constraints} id=${id} constraints=${constraints} fixed=${fixed} />`}
    <${Curves} run=${run} curves=${curves} scores=${scores} constraints=${constraints} />
    <${Samples} run=${run} scores=${scores} />
    <${Lineage} id=${id} />
    <h2>What happened</h2>
    <${Timeline} events=${timeline} />
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}

/** Whether what is shown is what is. */
function standing(live, problem, unheard) {
  if (hasLoginEnded(problem)) {
    return problem.message;
  }
  if (!live) {
    return `connection lost, trying again${problem?.status ? `: ${problem.message}` : ''}`;
  }
  if (unheard) {
    return 'nothing is heard from Kafka';
  }
  return problem ? `not all of this is the newest: ${problem.message}` : 'live';
}

/** The question for another place in the queue. */
const prioritized = (id, {priority, queue}) => ({
  title: `Priority of ${id}`,
  explanation: `It is no. ${queue.place} of ${queue.of} that wait. The highest priority gets the next free seat, among equals what was submitted first.`,
  button: 'Set',
  fields: [{name: 'priority', label: 'Priority, -1000 to 1000', value: String(priority)}, {name: 'reason', label: 'Why (for the audit)'}],
  then: ({priority: text, reason}) => patch(`${runPath(id)}/priority`, {priority: /^-?\d+$/.test(text.trim()) ? Number(text) : text}, {reason}),
});

/** The question for other labels: as text, for they are written by the dozen or not at all. */
const relabelled = (id, labels) => ({
  title: `Labels of ${id}`,
  explanation: 'As key=value, with spaces or commas between; the run itself goes on untouched.',
  button: 'Set',
  fields: [{name: 'labels', label: 'Labels', value: Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(' ')}],
  then: ({labels: text}) => {
    const wanted = Object.fromEntries(text.split(/[\s,]+/).filter(Boolean).map((label) => {
      const at = label.indexOf('=');
      return at < 0 ? [label, ''] : [label.slice(0, at), label.slice(at + 1)];
    }));
    // What was left as it was shown may have been changed by somebody else since.
    const set = Object.entries(wanted).filter(([key, value]) => !Object.hasOwn(labels, key) || labels[key] !== value);
    const taken = Object.keys(labels).filter((key) => !Object.hasOwn(wanted, key)).map((key) => [key, null]);
    return patch(`${runPath(id)}/labels`, Object.fromEntries([...set, ...taken]));
  },
});

/** What can be done with a run that has ended. */
function Ended({id, run, ask, setAsked}) {
  const there = run.lifecycle === 'ACTIVE' || run.lifecycle === 'ARCHIVED';
  const takeAway = async () => {
    try {
      setAsked(deletion(id, await get(`${runPath(id)}/deletion`)));
    } catch (error) {
      setAsked({title: `${id} cannot be deleted now`, explanation: error.message, button: 'Close', then: async () => {}});
    }
  };
  return html`${there && (run.lifecycle === 'ARCHIVED'
    ? html`<button onClick=${() => ask('unarchive', 'Unarchive')}>Unarchive</button>`
    : html`<button onClick=${() => ask('archive', 'Archive', {explanation: 'Lists leave it out from then on, unless they are asked for it. All of it stays.'})}>Archive</button>`)}
    ${there && html`<button class="danger" onClick=${takeAway}>Delete</button>`}`;
}

function deletion(id, {bytes: size, objects, usedBy, mentionedBy, othersFiles}) {
  if (usedBy.length > 0) {
    return {title: `${id} cannot be deleted yet`, explanation: `Its artifacts are still used: ${usedBy.join('; ')}.`, button: 'Close', then: async () => {}};
  }
  const lost = mentionedBy.length > 0 ? ` What could not be done again without it: ${mentionedBy.join('; ')}.` : '';
  const files = othersFiles
    ? `What lies under its name in the artifact store stays: ${othersFiles}.`
    : `${bytes(size)} in ${objects} ${objects === 1 ? 'file' : 'files'} go for good: its models, checkpoints and pictures.`;
  return {
    title: `Delete ${id}?`,
    danger: true,
    explanation: files + lost,
    button: 'Delete',
    fields: [
      {name: 'history', label: 'Its records', options: [['false', 'stay: curves, multipliers, scores'], ['true', 'go too: nothing shows the run any more']]},
      {name: 'name', label: `The run's name, to be sure`},
    ],
    then: async ({history, name}) => {
      if (name.trim() !== id) {
        throw new Refused(400, {detail: `type ${id} to delete it`});
      }
      await remove(`${runPath(id)}?history=${history}`);
      if (history === 'true') {
        location.hash = '#/runs';
      }
    },
  };
}

/** What was removed of the run's artifacts, by whom. */
function Removals({run}) {
  const removals = run.metadata?.removals ?? [];
  const last = removals.length - 1;
  return removals.map(({what, objects, bytes: size, removedBy, removedAt}, i) => html`<p class="alert">
    ${run.lifecycle === 'DELETING' && i === last ? 'Being deleted' : 'Removed'}: ${what}, ${bytes(size)} in ${objects} ${objects === 1 ? 'file' : 'files'} <span class="soft small">${removedBy ? `by ${removedBy}, ` : ''}<${Time} at=${removedAt} /></span></p>`);
}

// What the console said when the page was opened, until the score comes.
const isJudged = (run, score) => run.judging && !(score?.step >= run.totalSteps);

function Facts({run, curves, scores}) {
  const speed = curves.series['samples-per-second'];
  const score = scores.length > 0 ? scores[scores.length - 1] : null;
  const best = run.judgedModels?.[0];
  const facts = [
    ...(run.queue ? [['in the queue', html`no. ${run.queue.place} of ${run.queue.of} <span class="small soft">priority ${run.priority}</span>`]] : []),
    ['step', `${run.step} of ${run.totalSteps}`],
    ['dual step', run.dualStep],
    ['time left', run.phase === 'TRAINING' ? duration(run.etaSeconds) : '–'],
    ['samples per second', speed ? number(speed.mean[speed.mean.length - 1], 3) : '–'],
    [score ? scoreName(score) : 'distance', score ? `${number(score.fid, 4)} (N ${score.images})` : '–'],
    ['best model', best ? html`step ${best.step}${best.fid == null && html` <span class="small soft">not judged by ${plain(best.network)}</span>`}` : '–'],
    ['stored', html`${bytes(run.stored?.bytes)}${run.stored && html` <span class="small soft">${shortly(run.stored.measuredAt)}</span>`}`],
  ];
  return html`
    <progress max=${run.totalSteps || 1} value=${run.step} aria-label="steps done"></progress>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${run.minimised && html`<p class="small soft minimised">Objective: ${run.minimised}</p>`}
    <p class="small soft" role="status">${phase(run.phase)}${run.message && run.message !== phase(run.phase) ? html`: <bdi>${run.message}</bdi>` : ''} ${isJudged(run, score) ? '; its finished model is still being judged' : ''} ${curves.complete ? '' : '(the past is still being read)'}</p>`;
}

/** The runs that this one descends from and those that descend from it, by the models that they started from. */
function Lineage({id}) {
  const [runs] = usePolled(LINEAGE_MILLIS, () => get(`/api/runs/${encodeURIComponent(id)}/lineage`), [id]);
  const byId = new Map((runs ?? []).map((one) => [one.runId, one]));
  // Whose model it was is older: no circle, whatever stands on the topic.
  const parent = (one) => {
    const found = byId.get(one?.startedFrom?.run);
    return found && new Date(found.submittedAt) < new Date(one.submittedAt) ? found : undefined;
  };
  let root = byId.get(id);
  while (parent(root)) {
    root = parent(root);
  }
  const childrenOf = (of) => runs.filter((one) => parent(one) === of);
  if (!root || (root.runId === id && childrenOf(root).length === 0)) {
    return null;
  }
  return html`<h2>Lineage</h2><ul class="lineage"><${Branch} id=${id} one=${root} childrenOf=${childrenOf} /></ul>`;
}

// Not made within Lineage: a component made anew at each poll is drawn anew, and whoever has a link under the finger or in focus loses it.
function Branch({id, one, childrenOf}) {
  return html`<li>${one.runId === id ? html`<strong>${id}</strong>` : html`<a href=${runLink(one.runId)}>${one.runId}</a>`}
    <span class="small soft"> ${one.startedFrom ? `from step ${one.startedFrom.step}, ` : ''}${phase(one.phase)}${one.newestScore ? `, ${one.newestScore.name} ${number(one.newestScore.value, 4)}` : ''}</span>
    ${childrenOf(one).length > 0 && html`<ul>${childrenOf(one).map((child) => html`<${Branch} key=${child.runId} id=${id} one=${child} childrenOf=${childrenOf} />`)}</ul>`}</li>`;
}

/** The newest; what was said of a constraint that is retired is no concern any more, and stays in what happened. */
function Alerts({timeline, constraints}) {
  const retired = constraints.filter(({state}) => state === 'RETIRED').map(({constraintId}) => constraintId);
  const alerts = timeline.filter(({kind, constraint}) => kind === 'alert' && !retired.includes(constraint)).slice(-3).reverse();
  // The words alone are announced: how long ago it was changes all the time.
  return alerts.map((alert) => html`<div key=${`${alert.at} ${alert.text}`} class=${`alert ${alert.severity}`}>
    <strong role="alert"><bdi>${alert.text}</bdi></strong><div class="small"><bdi>${alert.more}</bdi> <span class="soft"><${Time} at=${alert.at} /></span></div></div>`);
}

/** The series of one figure, by what they are of. */
function of({series}, figure) {
  const start = `${figure}/`;
  return Object.entries(series).filter(([name]) => name.startsWith(start)).map(([name, points]) => [name.slice(start.length), points]);
}

function Curves({run, curves, scores, constraints}) {
  const weighted = run.spec.training?.minSnrGamma > 0;
  // Those in force first: of more than ten names some share a colour.
  const names = useMemo(() => ['objective', ...[...constraints].sort((a, b) => (a.state === 'RETIRED') - (b.state === 'RETIRED')).map(({constraintId}) => constraintId)], [constraints]);
  useScheme();
  const colour = palette(names);
  const single = (name) => [{name, points: curves.series[name] ?? EMPTY, colour: colour('objective'), band: true}];
  const each = (figure) => of(curves, figure).map(([name, points]) => ({name, points, colour: colour(name), stroke: colour.stroke(name), band: true}));
  // The objective's own is 1.
  const cosines = each('cosine').filter(({name}) => name !== 'objective');
  return html`
    <h2>Curves</h2>
    <div class="grid">
      ${of(curves, 'multiplier').length > 0 && html`<div class="card"><h3>Multipliers λ</h3><${Chart} label="Multipliers" series=${each('multiplier')} /></div>
      <div class="card"><h3>Mixture weights</h3><${Chart} label="Mixture weights" stacked=${true} series=${each('mixture')} /></div>`}
      <div class="card"><h3>Losses in the training batches${weighted && html` <span class="soft small">without the objective's weights</span>`}</h3><${Chart} label="Losses" series=${each('loss')} /></div>
      ${constraints.filter(({constraintId}) => curves.series[`estimate/${constraintId}`]).map((constraint) => {
        const id = constraint.constraintId;
        const error = curves.series[`standard-error/${id}`];
        return html`<div class="card" key=${id}><h3>${id}: measured and allowed</h3><${Chart} label=${`${id}: loss and bound`} series=${[
          {name: 'measured', points: curves.series[`estimate/${id}`], colour: colour(id), error},
          {name: 'allowed', points: curves.series[`bound/${id}`] ?? EMPTY, colour: token('--good'), dashed: true, below: true},
        ]} /></div>`;
      })}
      <div class="card"><h3>Gradient norm</h3><${Chart} label="Gradient norm" series=${single('gradient-norm')} /></div>
      ${cosines.length > 0 && html`<div class="card"><h3>Cosine to the objective's gradient</h3><${Chart} label="Cosines" series=${cosines} /></div>`}
      <${JudgeCurves} scores=${scores} colour=${colour('objective')} />
      <div class="card"><h3>Samples per second</h3><${Chart} label="Samples per second" series=${single('samples-per-second')} /></div>
    </div>`;
}

function Samples({run, scores}) {
  const [chosen, setChosen] = useState(null);
  if (scores.length === 0) {
    return null;
  }
  const picked = chosen ? scores.findIndex((one) => isSameModel(one, chosen)) : -1;
  const at = picked < 0 ? scores.length - 1 : picked;
  const score = scores[at];
  const rows = score.classFrequencies;
  // A classifier that was brought may see classes that the data does not have: of these nothing is wanted.
  const even = 1 / rows.filter(({label}) => label >= 0).length;
  const most = Math.max(2 * even, ...rows.map(({frequency}) => frequency));
  return html`
    <h2>Samples</h2>
    <label class="row small">model of step ${score.step}
      <input type="range" min="0" max=${scores.length - 1} value=${at} style="flex:1" onInput=${(e) => setChosen(scores[Number(e.target.value)])} aria-valuetext=${`step ${score.step}, ${scoreName(score)}`} /></label>
    <div class="grid">
      <figure class="card">${isGone(run)
        ? html`<p class="soft">Its pictures are deleted.</p>`
        : score.grid
        ? html`<img src=${`${runPath(run.runId)}/grids/${score.step}`} alt=${`Samples of the model of step ${score.step}`} />`
        : html`<p class="soft">No grid was made.</p>`}</figure>
      <div class="card"><h3>Class frequencies <span class="soft small">${scoreName(score)} ${number(score.fid)}, N ${score.images}; ${rows.length ? 'the mark is an even share' : 'the data has no classes'}</span></h3>
        <div class="bars" style=${`--name:${Math.min(24, 2 + Math.max(...rows.map(({label, name}) => (name ?? String(label)).length), 1))}ch`}>${rows.map(({label, name, frequency}) => html`<div><span style="background:none" title=${name ?? label}>${name ?? label}</span>
          <span><i style=${`width:${100 * frequency / most}%`}></i>${label >= 0 && html`<b style=${`left:${100 * even / most}%`}></b>`}</span><span style="background:none">${percent(frequency)}</span></div>`)}</div>
        <p class="small soft">${score.sampler}</p></div>
    </div>
    <${Distances} score=${score} />`;
}

function Timeline({events}) {
  return html`<ol class="timeline" tabindex="0" aria-label="What happened, newest first">${[...events].reverse().map((event) => html`<li>
    <time datetime=${event.at} class="soft">${when(event.at)}</time><span class="soft">${event.kind}${event.step != null ? ` ${event.step}` : ''}</span>
    <span><bdi>${event.text}</bdi>${event.more && html`<br /><bdi class="soft small">${event.more}</bdi>`}</span></li>`)}</ol>`;
}
