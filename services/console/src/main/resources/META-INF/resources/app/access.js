// Who may do what: projects with their members, and tokens for programs.

import {html, Time, usePolled, useState} from './ui.js';
import {get, post, put, remove} from './api.js';
import {Confirm} from './confirm.js';
import {labelLink} from './runs.js';

const LOOK_EVERY_MILLIS = 5000;

const names = (text) => text.split(',').map((name) => name.trim()).filter(Boolean);
const load = () => Promise.all([get('/api/projects'), get('/api/tokens'), get('/api/me')]).then(([projects, tokens, me]) => ({projects, tokens, me}));

export function Access({operator}) {
  const [changed, setChanged] = useState(0);
  const [found, broken] = usePolled(LOOK_EVERY_MILLIS, load, [changed]);
  const [asked, setAsked] = useState(null);
  const [made, setMade] = useState(null);
  if (found === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading projects and tokens …'}</p>`;
  }
  const {projects, tokens, me} = found;
  const then = (work) => async (fields) => {
    await work(fields);
    setChanged(changed + 1);
  };
  const project = (known) => setAsked({
    title: known ? `Change project ${known.name}` : 'New project',
    explanation: known ? null : 'Only its members and admins change runs and pipelines whose label project names it. Everybody sees them.',
    fields: [
      ...(known ? [] : [{name: 'name', label: 'Name, as the label has it'}]),
      {name: 'description', label: 'What it is for', value: known?.description},
      {name: 'members', label: 'Members, with commas between', value: (known?.members ?? [me.name]).join(', ')},
    ],
    button: known ? 'Change' : 'Define',
    // Somebody else may have changed it since it was shown, or defined one of this name.
    then: then(({name, description, members}) => put(`/api/projects/${encodeURIComponent(known?.name ?? name)}`, {description, members: names(members), revision: known?.revision ?? 0})),
  });
  const drop = ({name}) => setAsked({
    title: `Delete project ${name}?`, explanation: 'Its runs stay, and are everybody’s to change from then on.', button: 'Delete', danger: true,
    then: then(() => remove(`/api/projects/${encodeURIComponent(name)}`)),
  });
  const token = () => setAsked({
    title: 'New token',
    explanation: `A program that has it asks in the name of ${me.name}. It is shown once.`,
    fields: [
      {name: 'name', label: 'What it is for'},
      {name: 'role', label: 'What it may do', options: [['viewer', 'look'], ['operator', 'change, too']]},
      {name: 'days', label: 'Days until it opens nothing more', type: 'number', value: 90},
      {name: 'projects', label: 'Only for these projects, with commas between; empty: whatever you may'},
    ],
    button: 'Make',
    then: then(async (fields) => setMade(await post('/api/tokens', {...fields, days: Number(fields.days), projects: names(fields.projects)}))),
  });
  const revoke = ({tokenId, name}) => setAsked({
    title: `Revoke token ${name}?`, explanation: 'It opens nothing more, and nothing brings it back.', button: 'Revoke', danger: true,
    then: then(() => remove(`/api/tokens/${tokenId}`)),
  });
  const mine = ({owner}) => operator && (me.admin || owner === me.name);
  return html`
    <h1>Access</h1>
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    ${!me.name && html`<p class="alert" role="status">This console asks nobody for a login: whoever reaches it may do everything, and neither projects nor tokens have an effect.</p>`}
    <div class="row spread"><h2>Projects</h2>${operator && html`<button onClick=${() => project(null)}>New project</button>`}</div>
    ${projects.length === 0 ? html`<p class="soft">None yet: every operator changes every run.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Projects"><table class="cards">
      <thead><tr><th>Project</th><th>Members</th><th>Changed</th><th>Do</th></tr></thead>
      <tbody>${projects.map((one) => html`<tr key=${one.name}>
        <th scope="row"><a href=${labelLink('project', one.name)}>${one.name}</a><div class="small soft"><bdi>${one.description}</bdi></div></th>
        <td data-label="members">${one.members.join(', ')}</td>
        <td data-label="changed"><${Time} at=${one.updatedAt} /> <span class="small soft">${one.updatedBy ? `by ${one.updatedBy}` : ''}</span></td>
        <td>${operator && (me.admin || one.members.includes(me.name)) && html`<div class="row"><button class="small" onClick=${() => project(one)} aria-label=${`Change ${one.name}`}>Change</button>
          <button class="small danger" onClick=${() => drop(one)} aria-label=${`Delete ${one.name}`}>Delete</button></div>`}</td></tr>`)}</tbody></table></div>`}
    <div class="row spread"><h2>Tokens</h2>${operator && me.name && html`<button onClick=${token}>New token</button>`}</div>
    ${made && html`<div class="alert" role="status"><strong>Token ${made.name}, shown this once:</strong> <code class="address token">${made.token}</code>
      <div class="small">As <code>SADDLE_CONSOLE_TOKEN</code> for the command line, or <code>Authorization: Bearer …</code>. <button class="small" onClick=${() => setMade(null)}>I have it</button></div></div>`}
    ${tokens.length === 0 ? html`<p class="soft">None yet: programs log in as people do.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Tokens"><table class="cards">
      <thead><tr><th>Token</th><th>Of</th><th>May</th><th>Until</th><th>Do</th></tr></thead>
      <tbody>${tokens.map((one) => html`<tr key=${one.tokenId}>
        <th scope="row">${one.name}<div class="small soft">${one.tokenId}</div></th><td data-label="of">${one.owner}</td>
        <td data-label="may">${one.role === 'operator' ? 'change' : 'look'}${one.projects.length > 0 && html`<div class="small soft">in ${one.projects.join(', ')}</div>`}</td>
        <td data-label="until">${one.revoked ? html`<span class="violated">revoked</span>` : one.good ? html`<${Time} at=${one.expiresAt} />` : html`<span class="violated">expired</span>`}</td>
        <td>${one.good && mine(one) && html`<button class="small danger" onClick=${() => revoke(one)} aria-label=${`Revoke ${one.name}`}>Revoke</button>`}</td></tr>`)}</tbody></table></div>`}
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}
