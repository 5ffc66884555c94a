// Everything that has a name, by the keyboard: Ctrl+K or Cmd+K.

import {html, useEffect, useRef, useState} from './ui.js';
import {get} from './api.js';

const MOST = 12;
// A schedule makes any number of them, and each comes with its steps.
const NEWEST_EXECUTIONS = 200;
const PAGES = [['Runs', '#/runs'], ['Pipelines', '#/pipelines'], ['Data sets', '#/datasets'], ['Notifications', '#/notifications'], ['Audit', '#/audit'], ['Access', '#/access']];
const NEW = ['New run', '#/new'];

const places = async (operator) => {
  const [runs, pipelines, executions, sets] = await Promise.all(['/api/runs', '/api/pipelines', `/api/executions?limit=${NEWEST_EXECUTIONS}`, '/api/datasets'].map((path) => get(path).catch(() => [])));
  const to = (kind, names, address) => names.map((name) => ({kind, name, href: `#/${address}/${encodeURIComponent(name)}`}));
  return [
    ...[...PAGES, ...(operator ? [NEW] : [])].map(([name, href]) => ({kind: 'page', name, href})),
    ...to('run', runs.map(({runId}) => runId).reverse(), 'runs'),
    ...to('pipeline', pipelines.map(({name}) => name), 'pipelines'),
    ...to('execution', executions.map(({executionId}) => executionId), 'executions'),
    ...to('data set', sets.map(({name, version}) => `${name}@${version}`), 'datasets'),
  ];
};

export function Palette({operator}) {
  const dialog = useRef(null);
  const [all, setAll] = useState([]);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    setTyped('');
    setAt(0);
    setOpen(true);
    places(operator).then(setAll);
  };
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
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({kind, name}) => words.every((word) => `${kind} ${name}`.toLowerCase().includes(word))).slice(0, MOST);
  const chosen = Math.min(at, found.length - 1);
  const go = (place) => {
    dialog.current.close();
    location.hash = place.href;
  };
  const key = (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      setAt((chosen + step + found.length) % found.length);
    } else if (event.key === 'Enter' && found.length > 0) {
      event.preventDefault();
      go(found[chosen]);
    }
  };
  return html`<button class="small quiet" onClick=${open} aria-keyshortcuts="Control+K">Go to … <kbd>Ctrl K</kbd></button>
    <dialog ref=${dialog} class="palette" aria-label="Go to" onClose=${() => setOpen(false)}>${isOpen && html`
      <input role="combobox" aria-expanded="true" aria-controls="places" aria-activedescendant=${found.length > 0 ? `place-${chosen}` : undefined} aria-label="A run, a pipeline, a data set"
        placeholder="A run, a pipeline, a data set" value=${typed} onInput=${(e) => { setTyped(e.target.value); setAt(0); }} onKeyDown=${key} style="width:100%" />
      <ul id="places" role="listbox" aria-label="Places">${found.map((place, i) => html`<li id=${`place-${i}`} key=${place.href} role="option" aria-selected=${i === chosen} onClick=${() => go(place)}>
        ${place.name} <span class="soft small">${place.kind}</span></li>`)}</ul>
      ${found.length === 0 && html`<p class="soft small" role="status">Nothing is called so.</p>`}`}
    </dialog>`;
}
