// Who changed what: the newest entries of the audit.

import {html, Time, usePolled, useState} from './ui.js';
import {get} from './api.js';
import {executionLink, pipelineLink} from './pipelines.js';
import {runLink} from './runs.js';

const LOOK_EVERY_MILLIS = 5000;
const AT_ONCE = 100;
const MOST = 1000;
const FEW = 4;
const KINDS = {
  'saddle.runs': 'run', 'saddle.constraints': 'constraint', 'saddle.run-metadata': 'labels and keeping of', 'saddle.pipelines': 'pipeline', 'saddle.executions': 'execution',
  'saddle.datasets': 'data set', 'saddle.access-tokens': 'token', 'saddle.projects': 'project', 'saddle.notification-rules': 'notification rule',
};
const DONE = {CREATED: 'created', CHANGED: 'changed', DELETED: 'deleted'};

// What browsers call themselves fills lines and tells little.
const program = (agent) => (agent?.startsWith('Mozilla/') ? 'a browser' : agent);

/** Where a subject stands on this page; undefined where it has no place. */
const place = ({topic, key}) => {
  const [first] = key.split('/');
  return {
    'saddle.runs': runLink(first), 'saddle.constraints': runLink(first), 'saddle.run-metadata': runLink(first), 'saddle.pipelines': pipelineLink(first),
    'saddle.executions': executionLink(first), 'saddle.access-tokens': '#/access', 'saddle.projects': '#/access', 'saddle.notification-rules': '#/notifications', 'saddle.datasets': `#/datasets/${encodeURIComponent(first)}`,
  }[topic];
};

export const auditLink = (subject) => `#/audit?subject=${encodeURIComponent(subject)}`;

export function Audit({query}) {
  const subject = query.get('subject') ?? '';
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(AT_ONCE);
  const asked = new URLSearchParams({limit, ...(text && {text}), ...(subject && {subject})});
  const [entries, broken] = usePolled(LOOK_EVERY_MILLIS, () => get(`/api/audit?${asked}`), [asked.toString()]);
  if (entries === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the audit …'}</p>`;
  }
  return html`
    <h1>Audit${subject && html` <span class="soft">of ${subject}</span>`}</h1>
    <p class="soft">Who changed what. Each entry carries the hash of the one before; <code>./saddle audit check</code> says whether the chain is whole.${subject && html` <a href="#/audit">All subjects</a>`}</p>
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    <p><input type="search" size="32" aria-label="Words in who, what or why" placeholder="Words in who, what or why" value=${text} onInput=${(e) => setText(e.target.value)} /></p>
    ${entries.length === 0 ? html`<p class="soft">${text || subject ? 'No such entry.' : 'Nothing has been changed yet.'}</p>` : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Entries"><table class="cards audit">
        <thead><tr><th>When</th><th>Who</th><th>What</th><th>Why</th></tr></thead>
        <tbody>${entries.map((entry) => html`<tr key=${`${entry.chain}:${entry.sequence}`}>
          <td><${Time} at=${entry.at} /><div class="small soft">entry ${entry.chain}:${entry.sequence}</div></td>
          <td data-label="who">${entry.changedBy ?? '–'}<div class="small soft" title=${entry.agent}>${[entry.client, program(entry.agent)].filter(Boolean).join(', ')}</div></td>
          <td class="what">${DONE[entry.action] ?? entry.action} ${KINDS[entry.topic] ?? entry.topic} <a href=${place(entry)}>${entry.key}</a><${Changes} entry=${entry} /></td>
          <td data-label="why"><bdi>${entry.reason ?? '–'}</bdi></td></tr>`)}</tbody></table></div>
      ${entries.length === limit && limit < MOST && html`<p><button onClick=${() => setLimit(Math.min(MOST, limit * 2))}>More</button></p>`}`}`;
}

function Changes({entry}) {
  if (entry.changes.length === 0) {
    return null;
  }
  const rows = (changes) => html`<ul class="changes small">${changes.map(({field, was, now}) => html`<li key=${field}><code>${field}</code> ${was !== null && html`<s><bdi>${was}</bdi></s> → `}${now === null || now === undefined ? html`<i>gone</i>` : html`<bdi>${now}</bdi>`}</li>`)}</ul>`;
  if (entry.action === 'CHANGED' && entry.changes.length <= FEW) {
    return rows(entry.changes);
  }
  const all = entry.changes.length + entry.moreChanges;
  return html`<details><summary class="small">${all} ${all === 1 ? 'field' : 'fields'}</summary>${rows(entry.changes)}${entry.moreChanges > 0 && html`<p class="small soft">and ${entry.moreChanges} more</p>`}</details>`;
}
