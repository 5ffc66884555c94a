// A run of one's own: an example to begin with, checked as one types by the rules that the console itself goes by.

import {html, useEffect, useState} from './ui.js';
import {get, post, Refused} from './api.js';
import {Confirm} from './confirm.js';
import {runLink} from './runs.js';

const CHECK_AFTER_MILLIS = 400;
const CHECK_AGAIN_MILLIS = 3000;

/** True of a failure that says nothing of the text: it may be gone the next time. */
const isPassing = (error) => !(error instanceof Refused) || ![400, 409, 413, 422].includes(error.status);

export function NewRun() {
  const [examples, setExamples] = useState([]);
  const [example, setExample] = useState(0);
  const [asked, setAsked] = useState(null);
  const [yaml, setYaml] = useState('');
  const [verdict, setVerdict] = useState(null);
  const [refused, setRefused] = useState(null);
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
    let late = false;
    let timer;
    const said = (now) => !late && setVerdict(now);
    const check = () => post('/api/runs/check', yaml, {type: 'application/yaml'}).then(
      ({missing}) => said({fine: true, missing}),
      (error) => {
        said({error});
        if (!late && isPassing(error)) {
          timer = setTimeout(check, CHECK_AGAIN_MILLIS);
        }
      });
    timer = setTimeout(check, CHECK_AFTER_MILLIS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [yaml]);
  const begin = (index) => {
    const take = () => {
      setExample(index);
      setYaml(examples[index].yaml);
    };
    if (yaml.trim() === '' || examples.some((one) => one.yaml === yaml)) {
      take();
    } else {
      setAsked({title: `Begin with ${examples[index].name}?`, explanation: 'What you have typed is lost.', button: 'Replace it', danger: true, then: async () => take()});
    }
  };
  const submit = async () => {
    setBusy(true);
    setRefused(null);
    try {
      const run = await post('/api/runs', yaml, {type: 'application/yaml'});
      location.hash = runLink(run.runId);
    } catch (error) {
      if (isPassing(error)) {
        setRefused(error);
      } else {
        setVerdict({error});
      }
    } finally {
      setBusy(false);
    }
  };
  return html`
    <h1>New run</h1>
    <div class="row"><label>Begin with <select value=${String(example)} onChange=${(e) => begin(e.target.selectedIndex)}>${examples.map(({name}, i) => html`<option value=${String(i)}>${name}</option>`)}</select></label></div>
    <p><label for="yaml" class="soft small">The specification</label></p>
    <textarea id="yaml" spellcheck=${false} value=${yaml} onInput=${(e) => setYaml(e.target.value)}></textarea>
    <div aria-live="polite">${verdict?.fine && html`<p class="met">No mistakes found.</p>`}
      ${verdict?.missing?.length > 0 && html`<p class="small">Who is not there now:</p><ul class="problems">${verdict.missing.map((message) => html`<li>${message}</li>`)}</ul>`}
      ${refused && html`<p class="violated">${refused.message}</p>`}
      ${verdict?.error && html`<p class="violated">${verdict.error.message}</p><ul class="problems">${(verdict.error instanceof Refused ? verdict.error.problems : []).map(
        ({path, message}) => html`<li><code>${path}</code> ${message}</li>`)}</ul>`}</div>
    <button class="main" disabled=${busy || !(verdict?.fine || (verdict?.error && isPassing(verdict.error)))} onClick=${submit}>Submit</button>
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}
