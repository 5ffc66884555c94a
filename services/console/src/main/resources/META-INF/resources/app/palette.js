// Everything that has a name, by the keyboard: Ctrl+K or Cmd+K.

import {html, useEffect, useRef, useState} from './ui.js';
import {get} from './api.js';

const MOST = 12;
// A schedule makes any number of them, and each comes with its steps.
const NEWEST_EXECUTIONS = 200;
const PAGES = [['Runs', '#/runs'], ['Pipelines', '#/pipelines'], ['Data sets', '#/datasets'], ['Notifications', '#/notifications'], ['Audit', '#/audit'], ['Access', '#/access']];
const NEW = ['New run', '#/new'];
const TYPED_MILLIS = 150;

const to = (kind, names, address) => names.map((name) => ({kind, name, href: `#/${address}/${encodeURIComponent(name)}`}));

const pages = (operator) => [...PAGES, ...(operator ? [NEW] : [])].map(([name, href]) => ({kind: 'page', name, href}));

const words = (typed) => typed.toLowerCase().split(/\s+/).filter(Boolean);

// Of thousands of them the console looks up those that are wanted; "run" says of which kind, as with all others.
const runs = (typed) => {
  const text = words(typed).filter((word) => word !== 'run').join(' ');
  return get(`/api/runs?order=newest&limit=${MOST}&text=${encodeURIComponent(text)}`).then((found) => to('run', found.map(({runId}) => runId), 'runs'));
};

const others = async () => {
  const [pipelines, executions, sets] = await Promise.all(['/api/pipelines', `/api/executions?limit=${NEWEST_EXECUTIONS}`, '/api/datasets'].map((path) => get(path).catch(() => [])));
  return [
    ...to('pipeline', pipelines.map(({name}) => name), 'pipelines'),
    ...to('execution', executions.map(({executionId}) => executionId), 'executions'),
    ...to('data set', sets.map(({name, version}) => `${name}@${version}`), 'datasets'),
  ];
};

export function Palette({operator}) {
  const dialog = useRef(null);
  const [rest, setRest] = useState([]);
  const [wanted, setWanted] = useState({typed: null, runs: []});
  const entered = useRef(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    setTyped('');
    entered.current = null;
    setAt(0);
    setOpen(true);
    others().then(setRest);
  };
  useEffect(() => {
    let late = false;
    const timer = isOpen && setTimeout(() => runs(typed).catch(() => []).then((found) => late || setWanted({typed, runs: found})), typed ? TYPED_MILLIS : 0);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [isOpen, typed]);
  // With its field in it, which takes the focus then.
  useEffect(() => {
    if (isOpen) {
      dialog.current.showModal();
    }
  }, [isOpen]);
  useEffect(() => {
    const pressed = (event) => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey) && !document.querySelector('dialog[open]')) {
        event.preventDefault();
        open();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  const isMeant = ({kind, name}) => words(typed).every((word) => `${kind} ${name}`.toLowerCase().includes(word));
  // Runs are also found by what their descriptions and labels say.
  const isThere = wanted.typed === typed;
  const found = [...pages(operator).filter(isMeant), ...wanted.runs.filter((run) => isThere || isMeant(run)), ...rest.filter(isMeant)].slice(0, MOST);
  const chosen = Math.min(at, found.length - 1);
  const go = (place) => {
    dialog.current.close();
    location.hash = place.href;
  };
  // Who types a name and Enter at once means the run of this name, not what was found before.
  useEffect(() => {
    if (isThere && entered.current === typed && found.length > 0) {
      go(found[chosen]);
    }
  }, [wanted]);
  const key = (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      setAt((chosen + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // What is drawn may be behind the field.
      if (wanted.typed !== event.target.value) {
        entered.current = event.target.value;
      } else if (found.length > 0) {
        go(found[chosen]);
      }
    }
  };
  return html`<button class="small quiet" onClick=${open} aria-keyshortcuts="Control+K">Go to … <kbd>Ctrl K</kbd></button>
    <dialog ref=${dialog} class="palette" aria-label="Go to" onClose=${() => setOpen(false)}>${isOpen && html`
      <input role="combobox" aria-expanded="true" aria-controls="places" aria-activedescendant=${found.length > 0 ? `place-${chosen}` : undefined} aria-label="A run, a pipeline, a data set"
        placeholder="A run, a pipeline, a data set" value=${typed} onInput=${(e) => { setTyped(e.target.value); setAt(0); }} onKeyDown=${key} style="width:100%" />
      <ul id="places" role="listbox" aria-label="Places">${found.map((place, i) => html`<li id=${`place-${i}`} key=${place.href} role="option" aria-selected=${i === chosen} onClick=${() => go(place)}>
        ${place.name} <span class="soft small">${place.kind}</span></li>`)}</ul>
      ${isThere && found.length === 0 && html`<p class="soft small" role="status">Nothing is called so.</p>`}`}
    </dialog>`;
}
