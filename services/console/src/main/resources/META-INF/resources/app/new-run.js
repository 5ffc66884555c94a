// A run of one's own: an example to begin with, checked as one types by the rules that the console itself goes by.

import {html, useEffect, useState} from './ui.js';
import {get, post, Refused} from './api.js';
import {runLink} from './runs.js';

const CHECK_AFTER_MILLIS = 400;

export function NewRun() {
  const [examples, setExamples] = useState([]);
  const [yaml, setYaml] = useState('');
  const [verdict, setVerdict] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    get('/api/examples').then((all) => {
      setExamples(all);
      setYaml((now) => now || all[0]?.yaml || '');
    }, () => {});
  }, []);
  useEffect(() => {
    if (yaml.trim() === '') {
      setVerdict(null);
      return undefined;
    }
    const timer = setTimeout(() => post('/api/runs/check', yaml, {type: 'application/yaml'}).then(
      ({missing}) => setVerdict({fine: true, missing}), (error) => setVerdict({error})), CHECK_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, [yaml]);
  const submit = async () => {
    setBusy(true);
    try {
      const run = await post('/api/runs', yaml, {type: 'application/yaml'});
      location.hash = runLink(run.runId);
    } catch (error) {
      setVerdict({error});
    } finally {
      setBusy(false);
    }
  };
  return html`
    <h1>New run</h1>
    <div class="row"><label>Begin with <select onChange=${(e) => setYaml(examples[e.target.selectedIndex].yaml)}>${examples.map(({name}) => html`<option>${name}</option>`)}</select></label></div>
    <p><label for="yaml" class="soft small">The specification</label></p>
    <textarea id="yaml" spellcheck="false" value=${yaml} onInput=${(e) => setYaml(e.target.value)}></textarea>
    <div aria-live="polite">${verdict?.fine && html`<p class="met">No mistakes found.</p>`}
      ${verdict?.missing?.length > 0 && html`<p class="small">Who is not there now:</p><ul class="problems">${verdict.missing.map((message) => html`<li>${message}</li>`)}</ul>`}
      ${verdict?.error && html`<p class="violated">${verdict.error.message}</p><ul class="problems">${(verdict.error instanceof Refused ? verdict.error.problems : []).map(
        ({path, message}) => html`<li><code>${path}</code> ${message}</li>`)}</ul>`}</div>
    <button class="main" disabled=${busy || !verdict?.fine} onClick=${submit}>Submit</button>`;
}
