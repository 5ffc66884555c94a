// The constraints of a run, and what can be done with them.

import {html, useState} from './ui.js';
import {post, runPath} from './api.js';
import {Confirm} from './confirm.js';
import {number, percent} from './words.js';

export function Constraints({id, constraints, fixed}) {
  const [asked, setAsked] = useState(null);
  const path = (constraint, action) => `${runPath(id)}/constraints/${encodeURIComponent(constraint.constraintId)}/${action}`;
  const base = (constraint, fields) => ({version: constraint.version, by: 'page', ...fields});
  const actions = {
    threshold: (constraint) => {
      // Of a share that is required the threshold is what may be missing: people say what they want.
      const shares = constraint.kind === 'class-frequency';
      const turned = (value) => shares ? Number((1 - value).toPrecision(12)) : value;
      setAsked({
        title: `Another threshold for ${constraint.constraintId}`, button: 'Set',
        fields: [{name: 'threshold', label: `${shares ? 'Share that is required, between 0 and 1' : 'Threshold'} (${constraint.required})`, type: 'number', value: turned(constraint.threshold), required: true}, {name: 'reason', label: 'Why'}],
        then: ({threshold, reason}) => post(path(constraint, 'threshold'), base(constraint, {threshold: threshold === '' ? null : turned(Number(threshold)), reason})),
      });
    },
    shadow: (constraint) => setAsked({
      title: `Another evaluator in the shadow of ${constraint.constraintId}`, button: 'Start',
      fields: [{name: 'evaluator', label: 'Evaluator'}, {name: 'reason', label: 'Why'}],
      then: ({evaluator, reason}) => post(path(constraint, 'shadow'), base(constraint, {evaluator, reason})),
    }),
    promote: (constraint) => setAsked({
      title: constraint.shadowOf ? `${constraint.evaluator} takes the place of the evaluator of ${constraint.shadowOf}` : `${constraint.constraintId} becomes a requirement`, button: 'Promote',
      fields: [{name: 'handover', label: 'The multiplier', options: [['KEEP', 'carries on'], ['RESET', 'starts again']]}, {name: 'reason', label: 'Why'}],
      then: ({handover, reason}) => post(path(constraint, 'promote'), base(constraint, {handover, reason})),
    }),
    retire: (constraint) => setAsked({
      title: `Retire ${constraint.constraintId}?`, button: 'Retire',
      // A shadow has no multiplier.
      fields: [...(constraint.state === 'SHADOW' ? [] : [{name: 'decay', label: 'Decay of the multiplier per dual step, between 0 and 1; empty: 0 at once', type: 'number'}]), {name: 'reason', label: 'Why'}],
      then: ({decay, reason}) => post(path(constraint, 'retire'), base(constraint, {decay: decay ? Number(decay) : null, reason})),
    }),
  };
  const offered = (constraint) => {
    if (constraint.state === 'RETIRED') {
      return [];
    }
    return constraint.state === 'SHADOW' ? ['promote', 'retire'] : constraint.state === 'ACTIVE' ? ['threshold', 'shadow', 'retire'] : [];
  };
  return html`<div class="scroll"><table class="cards constraints">
    <thead><tr><th>Constraint</th><th>Required</th><th>Stands</th><th class="num">Loss</th><th class="num">Multiplier</th><th class="num">Weight</th><th>Measured by</th>${!fixed && html`<th><span class="small">change</span></th>`}</tr></thead>
    <tbody>${constraints.map((c) => html`<tr key=${c.constraintId}>
      <th scope="row">${c.constraintId}<div class="small soft">${c.state.toLowerCase()}, version ${c.version}</div></th>
      <td data-label="required">${c.required}${c.measuredIn && html`<div class="small soft loss">${c.measuredIn}${c.trainedOn && html`; trained on ${c.trainedOn}`}</div>`}${c.data && html`<div class="small soft">${c.data}</div>`}${c.relaxation != null && html`<div class="small soft">relaxed by ${number(c.relaxation)}</div>`}</td>
      <td data-label="stands" class=${c.standing?.startsWith('met') ? 'met' : c.standing?.startsWith('violated') ? 'violated' : 'soft'}>${c.standing ?? '–'}</td>
      <td class="num" data-label="loss">${number(c.loss)}${c.standardError != null && html`<div class="small soft">± ${number(c.standardError, 2)}</div>`}</td>
      <td class="num" data-label="multiplier">${number(c.multiplier)}</td>
      <td class="num" data-label="weight">${c.mixtureWeight == null ? '–' : percent(c.mixtureWeight)}</td>
      <td data-label="measured by">${c.evaluator}${!c.evaluatorOffered && html`<div class="small violated">nobody offers it for this kind</div>`}</td>
      ${!fixed && html`<td><div class="row">${offered(c).map((action) => html`<button onClick=${() => actions[action](c)} aria-label=${`${action} ${c.constraintId}`}>${action}</button>`)}</div></td>`}
    </tr>`)}</tbody></table></div>
    <${Confirm} asked=${asked} close=${() => setAsked(null)} />`;
}
