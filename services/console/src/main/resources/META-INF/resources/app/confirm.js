// A question before something is changed; what is refused stays open with its reason.
// The page goes on under it: fields keep what is typed (defaultValue), for records come all the while.

import {html, useEffect, useRef, useState} from './ui.js';

/** @param asked {title, explanation, button, danger, fields: [{name, label, type, value, options, required}], then}; null: closed */
export const Confirm = ({asked, close}) => asked && html`<${Question} key=${asked} asked=${asked} close=${close} />`;

/** One question: what came of it is gone with it, for it may be left while it still asks. */
function Question({asked, close}) {
  const dialog = useRef(null);
  const [refused, setRefused] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current.showModal(), []);
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await asked.then(Object.fromEntries(new FormData(event.target)));
      dialog.current?.close();
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
    }
  };
  return html`<dialog ref=${dialog} onClose=${close} aria-labelledby="question">
    <form onSubmit=${send}>
      <h2 id="question" style="margin-top:0">${asked.title}</h2>
      ${asked.explanation && html`<p>${asked.explanation}</p>`}
      ${(asked.fields ?? []).map((field) => html`<label>${field.label}<br />${field.options
        ? html`<select name=${field.name}>${field.options.map(([value, words]) => html`<option value=${value} selected=${value === field.value}>${words}</option>`)}</select>`
        : html`<input name=${field.name} type=${field.type ?? 'text'} step="any" defaultValue=${field.value ?? ''} required=${field.required} style="width:100%" />`}</label>`)}
      ${refused && html`<div role="alert" class="violated">${refused.message}<ul class="problems">${(refused.problems ?? []).map(({path, message}) => html`<li><code>${path}</code> ${message}</li>`)}</ul></div>`}
      <div class="row" style="margin-top:1rem"><button class=${asked.danger ? 'main danger' : 'main'} disabled=${busy}>${asked.button}</button><button type="button" onClick=${() => dialog.current.close()}>Cancel</button></div>
    </form></dialog>`;
}
