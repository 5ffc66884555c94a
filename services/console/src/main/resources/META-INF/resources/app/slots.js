// The slots of a run in its newest round: which are done, by whom, and what rounds come to.

import {html, usePolled} from './ui.js';
import {get, runPath} from './api.js';
import {bytes, duration} from './words.js';

const SLOTS_MILLIS = 1000;

/** Nothing of a run that does its steps in one go. */
export function Slots({id}) {
  const [found] = usePolled(SLOTS_MILLIS, () => get(`${runPath(id)}/slots`), [id]);
  if (!found || found.slots < 2) {
    return null;
  }
  const {round, sums} = found;
  return html`<section aria-labelledby="slots"><h2 id="slots">Slots</h2><div class="card">
    <p class="of-round">${round ? inWords(round) : 'No round has been given since the console is up.'}</p>
    ${round && html`<ul class="slots">${round.slots.map((slot) => html`<li key=${slot.slot}><b>${slot.slot}</b>
      <span class=${`phase ${slot.state === 'DONE' ? 'SUCCEEDED' : 'WAITING'}`}>${slot.state === 'DONE' ? 'done' : 'given'}</span>
      <span class="small soft" title=${slot.worker}>${about(slot)}</span></li>`)}</ul>`}
    ${sums.rounds > 0 && html`<p class="small soft sums">${together(sums)}</p>`}
    ${sums.lastProblem && html`<p class="small problem">The last that could not be done: slot ${sums.lastProblem.slot} of the steps after ${sums.lastProblem.step}, by ${shortened(sums.lastProblem.worker)}: ${sums.lastProblem.problem}</p>`}
  </div></section>`;
}

function inWords({step, steps, slots}) {
  const done = slots.filter(({state}) => state === 'DONE').length;
  return `${steps ? `Steps ${step + 1} to ${step + steps}` : `The steps after ${step}`}: ${done} of ${slots.length} done`;
}

/** Who did it in what time, or for how long it is given. */
function about({worker, computeMillis, attempt, waitingMillis}) {
  return [
    worker && shortened(worker),
    computeMillis !== null ? taken(computeMillis) : waitingMillis !== null ? `for ${duration(Math.floor(waitingMillis / 1000))}` : null,
    attempt > 0 ? `attempt ${attempt + 1}` : null,
  ].filter((part) => part !== null).join(', ');
}

/** Trainers call themselves by a UUID; its first digits tell them apart. */
const shortened = (worker) => worker.replace(/([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '$1');

const taken = (millis) => millis < 10_000 ? `${(millis / 1000).toFixed(1)} s` : duration(millis / 1000);

const times = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function together({rounds, slotsDone, bytesPerRound, givenAgain, doneBy}) {
  const workers = Object.entries(doneBy).map(([worker, count]) => `${shortened(worker)} ${count}`);
  return [
    `${times(rounds, 'round', 'rounds')}, ${times(slotsDone, 'slot', 'slots')} done since the console is up`,
    bytesPerRound !== null ? `${bytes(bytesPerRound)} of states a round` : null,
    givenAgain > 0 ? `given again ${times(givenAgain, 'time', 'times')}` : null,
    workers.length > 0 ? `by ${workers.join(', ')}` : null,
  ].filter((part) => part !== null).join('; ');
}
