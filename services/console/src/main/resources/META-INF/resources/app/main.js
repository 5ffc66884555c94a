// The page: which view is shown stands after the # of its address.

import {html, render, useEffect, useState} from './ui.js';
import {get} from './api.js';
import {RunList} from './runs.js';
import {RunPage} from './run.js';
import {NewRun} from './new-run.js';
import {Comparison} from './compare.js';
import {DataSetList, DataSetPage} from './datasets.js';

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  return {view: parts[0] ?? 'runs', id: parts[1], query: new URLSearchParams(query)};
}

const TITLES = {runs: 'Runs', compare: 'Comparison', datasets: 'Data sets', new: 'New run'};

function App() {
  const [at, setAt] = useState(route());
  const [me, setMe] = useState({operator: true});
  useEffect(() => {
    const moved = () => {
      setAt(route());
      scrollTo(0, 0);
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  useEffect(() => {
    get('/api/me').then(setMe, () => {});
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
      <nav aria-label="Pages"><a href="#/runs" aria-current=${here('runs')}>Runs</a><a href="#/datasets" aria-current=${here('datasets')}>Data sets</a>${me.operator && html`<a href="#/new" aria-current=${here('new')}>New run</a>`}</nav>
      ${me.name && html`<span class="small soft">${me.name}${me.operator ? '' : ', who may look'}</span>`}
      ${me.logout && html`<a class="small" href=${me.logout}>Log out</a>`}
    </header>
    <main id="content" tabindex="-1">${view(at, me.operator)}</main>`;
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
  if (at.view === 'new') {
    return html`<${NewRun} />`;
  }
  if (at.view === 'runs') {
    return html`<${RunList} operator=${operator} />`;
  }
  return html`<h1>There is no page here</h1><p>Nothing stands at <code>${location.hash}</code>. <a href="#/runs">The runs</a> and <a href="#/datasets">the data sets</a> are where they were.</p>`;
}

const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
