// The page: which view is shown stands after the # of its address.

import {Guarded, html, render, useEffect, useKafkaUnheard, useState} from './ui.js';
import {get} from './api.js';
import {duration} from './words.js';
import {Access} from './access.js';
import {Audit} from './audit.js';
import {RunList} from './runs.js';
import {RunPage} from './run.js';
import {NewRun} from './new-run.js';
import {Comparison} from './compare.js';
import {DataSetList, DataSetPage} from './datasets.js';
import {Notifications} from './notifications.js';
import {Palette} from './palette.js';
import {ExecutionPage, PipelineList, PipelinePage} from './pipelines.js';

/** A part of the address; as it stands where it was not encoded well, as somebody may have typed it. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  return {view: parts[0] ?? 'runs', id: parts[1], query: new URLSearchParams(query)};
}

const ASK_AGAIN_MILLIS = 2000;
const TITLES = {runs: 'Runs', compare: 'Comparison', pipelines: 'Pipelines', datasets: 'Data sets', notifications: 'Notifications', audit: 'Audit', access: 'Access', new: 'New run'};

function App() {
  const [at, setAt] = useState(route());
  const [me, setMe] = useState({operator: false});
  const unheard = useKafkaUnheard();
  useEffect(() => {
    const moved = () => {
      setAt(route());
      scrollTo(0, 0);
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  useEffect(() => {
    const ask = () => get('/api/me').then(setMe, () => setTimeout(ask, ASK_AGAIN_MILLIS));
    ask();
  }, []);
  useEffect(() => {
    const name = at.id ?? TITLES[at.view];
    document.title = name ? `${name} – saddle` : 'saddle';
  }, [at]);
  const here = (view) => at.view === view && !at.id ? 'page' : undefined;
  return html`
    <a class="skip" href="#content" onClick=${(e) => { e.preventDefault(); document.getElementById('content').focus(); }}>Skip to content</a>
    <header class="top">
      <a class="brand" href="#/runs"><img src="/app/icon.svg" alt="" />saddle</a>
      <nav aria-label="Pages"><a href="#/runs" aria-current=${here('runs')}>Runs</a><a href="#/pipelines" aria-current=${here('pipelines')}>Pipelines</a><a href="#/datasets" aria-current=${here('datasets')}>Data sets</a><a href="#/notifications" aria-current=${here('notifications')}>Notifications</a><a href="#/audit" aria-current=${here('audit')}>Audit</a><a href="#/access" aria-current=${here('access')}>Access</a>${me.operator && html`<a href="#/new" aria-current=${here('new')}>New run</a>`}</nav>
      <${Palette} operator=${me.operator} />
      ${me.name && html`<span class="small soft">${me.name}${me.operator ? '' : ', who may look'}</span>`}
      ${me.logout && html`<a class="small" href=${me.logout}>Log out</a>`}
    </header>
    <main id="content" tabindex="-1">
      ${/* By the minute: it is read out whenever it changes. */ unheard > 0 && html`<p class="alert ERROR unheard" role="alert">What stands here may not be the newest: the console has heard nothing from Kafka for ${unheard < 60 ? 'less than a minute' : duration(60 * Math.floor(unheard / 60))}. Runs go on as far as they can without it.</p>`}
      <${Guarded} key=${`${at.view}/${at.id}`}>${view(at, me.operator)}<//>
    </main>`;
}

function view(at, operator) {
  if (at.view === 'runs' && at.id) {
    return html`<${RunPage} key=${at.id} id=${at.id} operator=${operator} />`;
  }
  if (at.view === 'compare') {
    return html`<${Comparison} key=${at.query.get('runs')} ids=${(at.query.get('runs') ?? '').split(',').filter(Boolean)} />`;
  }
  if (at.view === 'datasets') {
    return at.id ? html`<${DataSetPage} key=${at.id} address=${at.id} />` : html`<${DataSetList} />`;
  }
  if (at.view === 'pipelines') {
    return at.id ? html`<${PipelinePage} key=${at.id} name=${at.id} operator=${operator} />` : html`<${PipelineList} operator=${operator} />`;
  }
  if (at.view === 'executions' && at.id) {
    return html`<${ExecutionPage} key=${at.id} id=${at.id} operator=${operator} />`;
  }
  if (at.view === 'notifications') {
    return html`<${Notifications} operator=${operator} />`;
  }
  if (at.view === 'audit') {
    return html`<${Audit} key=${at.query.get('subject')} query=${at.query} />`;
  }
  if (at.view === 'access') {
    return html`<${Access} operator=${operator} />`;
  }
  if (at.view === 'new') {
    return html`<${NewRun} />`;
  }
  if (at.view === 'runs') {
    return html`<${RunList} operator=${operator} query=${at.query.toString()} />`;
  }
  return html`<h1>There is no page here</h1><p>Nothing stands at <code>${location.hash}</code>. <a href="#/runs">The runs</a>, <a href="#/pipelines">the pipelines</a> and <a href="#/datasets">the data sets</a> are where they were.</p>`;
}

const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
