// Notifications: rules of who is told of what, and the log of what was told.

import {html, usePolled, useState} from './ui.js';
import {get, post, put, remove} from './api.js';
import {Confirm} from './confirm.js';
import {runLink} from './runs.js';
import {when} from './words.js';

const LOOK_EVERY_MILLIS = 2000;
const OUTCOMES = {DELIVERED: 'delivered', FAILED: 'failed'};

const load = async () => {
  const [channels, rules, log] = await Promise.all(['/api/notifications/channels', '/api/notification-rules', '/api/notifications'].map(get));
  return {channels, rules, log};
};

const rulePath = (name) => `/api/notification-rules/${encodeURIComponent(name)}`;

/** What a rule tells of, a line for each condition. */
const conditions = (rule) => [
  rule.runPhases.length > 0 && `runs that end ${rule.runPhases.join(', ')}`,
  rule.executionPhases.length > 0 && `executions that end ${rule.executionPhases.join(', ')}`,
  rule.violatedDualSteps !== null && `constraints violated for ${rule.violatedDualSteps} dual steps`,
  rule.fidWorseThan !== null && `models with an FID worse than ${rule.fidWorseThan}`,
  rule.alertSeverity !== null && `alerts from ${rule.alertSeverity} on`,
].filter(Boolean);

const listed = (text) => text.split(/[\s,]+/).filter(Boolean);
const numeric = (text) => text === '' ? null : Number(text);

const definition = ({channel, runs, labels, runPhases, executionPhases, violatedDualSteps, fidWorseThan, alertSeverity}) => ({
  channel, runs, labels: listed(labels), runPhases: listed(runPhases.toUpperCase()), executionPhases: listed(executionPhases.toUpperCase()),
  violatedDualSteps: numeric(violatedDualSteps), fidWorseThan: numeric(fidWorseThan), alertSeverity: alertSeverity || null,
});

/** A rule's own channel stays what it is as long as nobody chooses another, also where it is set up no more. */
const choices = (channels, rule) => [
  ...(rule && !channels.some(({name}) => name === rule.channel) ? [[rule.channel, `${rule.channel} (not set up)`]] : []),
  ...channels.map(({name, format}) => [name, `${name} (${format})`]),
];

const fields = (channels, rule) => [
  ...(rule ? [] : [{name: 'name', label: 'Name'}]),
  {name: 'channel', label: 'Channel', value: rule?.channel, options: choices(channels, rule)},
  {name: 'runPhases', label: 'Runs that end COMPLETED, STOPPED, FAILED', value: rule ? rule.runPhases.join(', ') : 'FAILED'},
  {name: 'executionPhases', label: 'Executions that end SUCCEEDED, STOPPED, FAILED', value: rule?.executionPhases.join(', ')},
  {name: 'violatedDualSteps', label: 'Constraints violated for so many dual steps', type: 'number', value: rule?.violatedDualSteps},
  {name: 'fidWorseThan', label: 'Models with an FID worse than', type: 'number', value: rule?.fidWorseThan},
  {name: 'alertSeverity', label: 'Alerts', value: rule?.alertSeverity ?? '',
    options: [['', 'none'], ['INFO', 'all'], ['WARNING', 'warnings and errors'], ['ERROR', 'errors']]},
  {name: 'runs', label: 'Of runs, executions and pipelines (* for any characters)', value: rule?.runs ?? '*'},
  {name: 'labels', label: 'Of runs with labels (key=value, key!=value, key, !key)', value: rule?.labels.join(', ')},
];

export function Notifications({operator}) {
  const [found, broken] = usePolled(LOOK_EVERY_MILLIS, load, []);
  const [asked, setAsked] = useState(null);
  if (found === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the notifications …'}</p>`;
  }
  const {channels, rules, log} = found;
  const edit = (rule) => setAsked({
    title: rule ? `Change ${rule.name}` : 'New rule',
    explanation: 'It tells of what happens from now on.',
    button: rule ? 'Change' : 'Make',
    fields: fields(channels, rule),
    then: (typed) => put(rulePath(rule?.name ?? typed.name), definition(typed), rule ? {'If-Match': `"${rule.updatedAt}"`} : {'If-None-Match': '*'}),
  });
  const drop = ({name}) => setAsked({
    title: `Delete ${name}?`, explanation: 'What it has told stays in the log.', button: 'Delete', danger: true, then: () => remove(rulePath(name)),
  });
  const tryIt = ({name, channel}) => setAsked({
    title: `Try ${name}?`, explanation: `${channel} is told that this is a test. The log below says what becomes of it.`, button: 'Send', then: () => post(`${rulePath(name)}/test`, {}),
  });
  return html`
    <div class="row spread"><h1>Notifications</h1>
      ${operator && channels.length > 0 && html`<button class="main" onClick=${() => edit(null)}>New rule</button>`}</div>
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    ${channels.length === 0
      ? html`<p class="soft">No channel is set up: <code>saddle.notifications.channels.NAME.format</code> among the console's settings makes one.</p>`
      : html`<p class="soft">Channels: ${channels.map(({name, format}) => `${name} (${format})`).join(', ')}</p>`}
    <h2>Rules</h2>
    ${rules.length === 0 ? html`<p class="soft">None yet: nobody is told of anything.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Rules"><table class="cards">
      <thead><tr><th>Rule</th><th>Tells of</th><th>Of which</th><th>Channel</th>${operator && html`<td></td>`}</tr></thead>
      <tbody>${rules.map((rule) => html`<tr key=${rule.name}>
        <th scope="row">${rule.name}<div class="small soft">${when(rule.updatedAt)}${rule.updatedBy ? `, ${rule.updatedBy}` : ''}</div></th>
        <td data-label="tells of">${conditions(rule).map((line) => html`<div>${line}</div>`)}</td>
        <td data-label="of which">${rule.runs === '*' ? 'all' : html`<code>${rule.runs}</code>`}<div class="labels">${rule.labels.map((label) => html`<span class="label">${label}</span>`)}</div></td>
        <td data-label="channel">${rule.channel}${rule.obstacle && html`<div class="small violated">${rule.obstacle}</div>`}</td>
        ${operator && html`<td><div class="row"><button class="small" onClick=${() => tryIt(rule)}>Test</button><button class="small" onClick=${() => edit(rule)}>Change</button><button class="small danger" onClick=${() => drop(rule)}>Delete</button></div></td>`}
      </tr>`)}</tbody></table></div>`}
    <h2>Log</h2>
    ${log.length === 0 ? html`<p class="soft">Nothing was told yet.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Log"><table class="cards">
      <thead><tr><th>What</th><th>When</th><th>Rule</th><th>Channel</th><th>Outcome</th></tr></thead>
      <tbody>${log.map((one) => html`<tr key=${one.eventId}>
        <th scope="row">${subject(one)}<div class="small soft"><bdi>${one.message}</bdi></div></th>
        <td data-label="when">${when(one.occurredAt)}</td><td data-label="rule">${one.rule}</td><td data-label="channel">${one.channel}</td>
        <td data-label="outcome"><span class=${`phase ${one.outcome === 'DELIVERED' ? 'SUCCEEDED' : one.outcome ?? 'WAITING'}`}>${OUTCOMES[one.outcome] ?? 'under way'}</span>
          ${one.outcome === 'FAILED' && html`<div class="small">${one.answer}</div>`}</td></tr>`)}</tbody></table></div>`}
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}

function subject({title, runId, executionId}) {
  const address = runId ? runLink(runId) : executionId && `#/executions/${encodeURIComponent(executionId)}`;
  return address ? html`<a href=${address}>${title}</a>` : title;
}
