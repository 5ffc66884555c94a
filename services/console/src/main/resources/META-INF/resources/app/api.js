// The console's REST interface and its stream of events.

// 499: what OpenID Connect answers a script instead of leading it to a login page.
const LOGIN_ENDED = [401, 499];

/** True of a refusal that only a page that is loaded again can mend. */
export const hasLoginEnded = (error) => LOGIN_ENDED.includes(error?.status);

const WITHOUT_WORDS = {403: 'only an operator may do that', 413: 'the console takes nothing that is as large as that'};

/** A refusal: what was wrong, and each problem with its place. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.detail || body.title || WITHOUT_WORDS[status] || `the console answered ${status}`);
    this.status = status;
    // What stands before a console answers for it too, 404 among others, and knows nothing of runs.
    this.ofConsole = body.status === status;
    this.problems = body.errors ?? body.problems ?? [];
  }
}

/** True of the console's word that there is no such run. */
export const isOfNoRun = ({status, ofConsole}) => status === 404 && ofConsole;

let unheardSeconds = 0;
const listening = new Set();

/** Takes the console's word for how long it has heard nothing from Kafka. */
function kafkaUnheard(seconds) {
  unheardSeconds = seconds;
  listening.forEach((told) => told(seconds));
}

/**
 * Tells for how many seconds the console has heard nothing from Kafka, so that its answers are from before; 0 where it hears it.
 *
 * @returns a function that ends it
 */
export function onKafkaUnheard(told) {
  listening.add(told);
  told(unheardSeconds);
  return () => listening.delete(told);
}

async function answered(response) {
  if (response.ok) {
    kafkaUnheard(Number(response.headers.get('Saddle-Unheard-Seconds') ?? 0));
  }
  if (response.status === 204) {
    return null;
  }
  if (response.ok) {
    return response.json();
  }
  if (LOGIN_ENDED.includes(response.status)) {
    throw new Refused(response.status, {detail: 'you are not logged in any more; load the page again'});
  }
  const text = await response.text();
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy answers with a page of its own.
    body = {detail: response.headers.get('Content-Type')?.startsWith('text/html') ? '' : text};
  }
  throw new Refused(response.status, body);
}

const FROM_SCRIPT = {'X-Requested-With': 'JavaScript'};
const LOOKING = {headers: {...FROM_SCRIPT, Accept: 'application/json, application/problem+json'}};

const LONGEST_LOOK_MILLIS = 30_000;
// The console itself says after 30 s for which record Kafka does not answer, which tells more than that it does not.
const LONGEST_CHANGE_MILLIS = 90_000;

/**
 * What the console answers; a link that is down, or open and dead, is a refusal like any other, for whoever asked has to be told.
 *
 * @param read makes of the response what is wanted of it
 */
async function ask(path, options, read = answered) {
  try {
    return await read(await fetch(path, {...options, signal: AbortSignal.timeout(options.method ? LONGEST_CHANGE_MILLIS : LONGEST_LOOK_MILLIS)}));
  } catch (error) {
    const late = error.name === 'TimeoutError';
    if (!late && !(error instanceof TypeError)) {
      throw error;
    }
    const done = options.method ? '; what was asked for may be done all the same: look before you ask again' : '';
    throw new Refused(0, {detail: `${late ? 'no answer comes' : 'the connection is lost'}${done}`});
  }
}

export const get = (path) => ask(path, LOOKING);

/** A list of which a part is asked for: that part, and how many there are in all. */
export const getPage = (path) => ask(path, LOOKING,
  async (response) => ({items: await answered(response), total: Number(response.headers.get('X-Total-Count'))}));

const because = (reason) => reason ? {'Saddle-Reason': encodeURIComponent(reason)} : {};

export const patch = (path, body, {reason} = {}) =>
  ask(path, {method: 'PATCH', headers: {...FROM_SCRIPT, 'Content-Type': 'application/json', ...because(reason)}, body: JSON.stringify(body)});

/** @param headers more of them, such as what the change is made for */
export const put = (path, body, headers = {}) =>
  ask(path, {method: 'PUT', headers: {...FROM_SCRIPT, 'Content-Type': 'application/json', ...headers}, body: JSON.stringify(body)});

export const remove = (path) => ask(path, {method: 'DELETE', headers: FROM_SCRIPT});

/** @param more the body's type, and why something is changed */
export const post = (path, body, {type = 'application/json', reason} = {}) =>
  ask(path, {method: 'POST', headers: {...FROM_SCRIPT, 'Content-Type': type, ...because(reason)}, body: type === 'application/json' ? JSON.stringify(body) : body});

export const runPath = (id) => `/api/runs/${encodeURIComponent(id)}`;

const FIRST_WAIT_MILLIS = 500;
const LONGEST_WAIT_MILLIS = 10_000;
// Who only has a quick look elsewhere finds the stream still open.
const HIDDEN_MILLIS = 10_000;
// The console says every 15 s that it is there (`alive`): of a frozen one, or of a link that is dead at the other end, nothing else tells.
const SILENT_MILLIS = 40_000;

/**
 * Follows a run for as long as the page wants to. The stream begins with the newest record of each kind, so a gap is closed by
 * opening it again; `opened` is called each time, to fetch the curves anew. While the page is hidden the stream is closed: a browser
 * opens six connections to a host, and a seventh tab would wait for one. A stream that is silent for long is a broken one, if the
 * console is one that says that it is there.
 *
 * @returns a function that ends it
 */
export function follow(id, kinds, {event, opened, broken}) {
  let source;
  let timer;
  let wait = FIRST_WAIT_MILLIS;
  let over = false;
  let hiding;
  let closed = false;
  let silence;
  let saysThatItIsThere = false;
  const heard = () => {
    clearTimeout(silence);
    if (saysThatItIsThere) {
      silence = setTimeout(lost, SILENT_MILLIS);
    }
  };
  const lost = () => {
    clearTimeout(silence);
    source.close();
    if (!over) {
      broken();
      timer = setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MILLIS, 2 * wait);
    }
  };
  const open = () => {
    source = new EventSource(`${runPath(id)}/events?kinds=${kinds.join(',')}`);
    source.onopen = () => {
      wait = FIRST_WAIT_MILLIS;
      heard();
      opened();
    };
    for (const kind of kinds) {
      source.addEventListener(kind, (message) => {
        heard();
        event(kind, JSON.parse(message.data));
      });
    }
    source.addEventListener('alive', (message) => {
      saysThatItIsThere = true;
      kafkaUnheard(JSON.parse(message.data).unheardSeconds ?? 0);
      heard();
    });
    source.onerror = lost;
    // It may never be opened.
    heard();
  };
  const close = () => {
    closed = true;
    clearTimeout(timer);
    clearTimeout(silence);
    source.close();
  };
  const seenOrHidden = () => {
    clearTimeout(hiding);
    if (document.visibilityState === 'hidden') {
      hiding = setTimeout(close, HIDDEN_MILLIS);
    } else if (closed) {
      closed = false;
      open();
    }
  };
  document.addEventListener('visibilitychange', seenOrHidden);
  // The browser may keep the page for whoever comes back, connection and all.
  addEventListener('pagehide', close);
  open();
  seenOrHidden();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', seenOrHidden);
    removeEventListener('pagehide', close);
    clearTimeout(hiding);
    close();
  };
}
