// Data sets: the list, and one version of one.

import {html, Time, usePolled, useState} from './ui.js';
import {get} from './api.js';
import {number} from './words.js';

const LOOK_EVERY_MILLIS = 5000;
const COLUMNS_AT_ONCE = 24;
const MOST_VALUES = 20;

const path = (address) => `/api/datasets/${encodeURIComponent(address)}`;
const link = (name, version) => `#/datasets/${encodeURIComponent(`${name}@${version}`)}`;
const shape = ({channels, height, width}) => `${channels}×${height}×${width}`;
const count = (images) => images.toLocaleString('en');

export function DataSetList() {
  const [sets, broken] = usePolled(LOOK_EVERY_MILLIS, () => get('/api/datasets'), []);
  if (sets === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the data sets …'}</p>`;
  }
  return html`
    <h1>Data sets</h1>
    ${broken && html`<p class="alert ERROR" role="alert">The console does not answer: ${broken}</p>`}
    ${sets.length === 0
      ? html`<p class="soft">None yet: <code>./saddle data import SOURCE --name NAME</code> makes one of pictures of your own.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="Data sets"><table>
          <thead><tr><th>Data set</th><th class="num">Version</th><th class="num">Images</th><th>Shape</th><th>Imported</th></tr></thead>
          <tbody>${sets.map((set) => html`<tr key=${`${set.name}@${set.version}`}>
            <td><a href=${link(set.name, set.version)}>${set.name}</a></td><td class="num">${set.version}</td><td class="num">${count(set.images)}</td>
            <td>${shape(set)}</td><td><${Time} at=${set.importedAt} /></td></tr>`)}</tbody></table></div>`}`;
}

export function DataSetPage({address}) {
  const [set, broken] = usePolled(LOOK_EVERY_MILLIS, () => get(path(address)), []);
  const [shown, setShown] = useState(COLUMNS_AT_ONCE);
  if (set === null) {
    return html`<p class="loading" role="status">${broken ?? 'Reading the data set …'}</p>`;
  }
  const others = set.versions.filter((version) => version !== set.version);
  const more = set.columns.length - shown;
  return html`
    <h1>${set.name} <span class="soft">version ${set.version}</span></h1>
    ${broken && html`<p class="alert ERROR" role="alert">${broken}</p>`}
    ${others.length > 0 && html`<p class="small soft">Other versions: ${others.map((version) => html`<a href=${link(set.name, version)}>${version}</a> `)}</p>`}
    <dl class="facts">
      <div><dt>Images</dt><dd>${count(set.images)}</dd></div>
      <div><dt>Channels × height × width</dt><dd>${shape(set)}</dd></div>
      <div><dt>Imported</dt><dd><${Time} at=${set.importedAt} /></dd></div>
      <div><dt>Left out, unreadable</dt><dd>${count(set.skipped)}</dd></div>
    </dl>
    <p>From <code class="address">${set.origin.address}</code> <span class="soft">(${set.origin.layout}; ${set.origin.fit})</span></p>
    <div class="grid">
      ${set.preview && html`<div class="card"><h2>Some of them</h2><figure class="preview">
        <img src=${`${path(`${set.name}@${set.version}`)}/preview.png`} alt=${inPicture(set)} /></figure></div>`}
      <div class="card"><h2>In a run</h2><pre class="snippet" tabindex="0">${`data:\n  dataset: ${set.name}@${set.version}`}</pre>
        <p class="small soft">Without @${set.version} a run takes the version that is the newest when it is submitted.
          SHA-256 of all that is stored of the images: <code class="address">${set.sha256}</code></p></div>
    </div>
    <h2>Columns</h2>
    ${set.columns.length === 0 && html`<p class="soft">Nothing else is known of the images.</p>`}
    <div class="grid">${set.columns.slice(0, shown).map((column) => html`<${Column} key=${column.name} column=${column} images=${set.images} />`)}</div>
    ${more > 0 && html`<p><button onClick=${() => setShown(shown + COLUMNS_AT_ONCE)}>${`${Math.min(more, COLUMNS_AT_ONCE)} of ${more} more columns`}</button></p>`}
    ${set.columnCount > set.columns.length && html`<p class="soft">The data set has ${set.columnCount} columns; the first ${set.columns.length} are announced. <code>./saddle data show</code> has all.</p>`}`;
}

/** What the preview shows, for whoever does not see it. */
function inPicture(set) {
  const classes = ['class', 'label'].map((name) => set.columns.find((column) => column.name === name)).find((column) => column?.values.length > 0);
  return classes ? `A row of images each of ${classes.values.slice(0, MOST_VALUES).map(({value}) => value).join(', ')}` : 'Images from all over the data set';
}

function Column({column, images}) {
  const values = column.values.slice(0, MOST_VALUES);
  const most = Math.max(1, ...values.map((value) => value.count));
  const range = column.least !== null && (column.kind === 'MEASURES' || column.valueCount > MOST_VALUES);
  const hidden = column.valueCount - values.length;
  return html`<section class="card" aria-label=${`Column ${column.name}`}>
    <h3>${column.name} <span class="soft small">${range ? `${number(column.least)} to ${number(column.most)}` : ''}</span></h3>
    ${values.length > 0 && html`<div class="bars names">${values.map(({value, count: n}) => html`<div key=${value}>
      <span class="name" title=${value}>${value}</span><span><i style=${`width:${100 * n / most}%`}></i></span><span class="n">${count(n)}</span></div>`)}</div>`}
    ${hidden > 0 && html`<p class="small soft">and ${count(hidden)} more values</p>`}
    ${column.missing > 0 && html`<p class="small soft">${count(column.missing)} of ${count(images)} images have none</p>`}
  </section>`;
}
