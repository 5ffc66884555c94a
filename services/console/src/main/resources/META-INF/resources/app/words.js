// Numbers and states in words.

/** JSON has neither NaN nor Infinity: the console writes them as text. */
export const number = (value, digits = 4) => {
  const known = Number(value ?? NaN);
  return Number.isNaN(known) ? '–' : Number(known.toPrecision(digits)).toString();
};

export const percent = (share, digits = 2) => `${number(100 * share, digits)} %`;

export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return '–';
  }
  const s = Math.round(seconds);
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  if (s < 86_400) {
    return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  }
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size, three digits of a decimal unit. */
export function bytes(size) {
  if (size === null || size === undefined) {
    return '–';
  }
  let unit = 0;
  let amount = size;
  while (amount >= 999.5 && unit < BYTES.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 ? amount : Number(amount.toPrecision(3))} ${BYTES[unit]}`;
}

export const PHASES = {
  QUEUED: 'queued',
  STARTING: 'starting',
  TRAINING: 'training',
  WAITING_FOR_MULTIPLIERS: 'waiting for multipliers',
  PAUSED: 'paused',
  STOPPED: 'stopped',
  COMPLETED: 'completed',
  FAILED: 'failed',
};

export const phase = (name) => PHASES[name] ?? name;

export const isOver = (name) => name === 'COMPLETED' || name === 'FAILED' || name === 'STOPPED';

export const when = (instant) => new Date(instant).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'medium'});

/** How long ago, or in how long, as one says it; the day where that is longer than a week. */
export function ago(instant, now = Date.now()) {
  const seconds = (now - new Date(instant)) / 1000;
  const away = Math.abs(seconds);
  if (away < 10) {
    return 'just now';
  }
  const [amount, unit] = away < 60 ? [away, 'second'] : away < 3600 ? [away / 60, 'minute'] : away < 86_400 ? [away / 3600, 'hour'] : [away / 86_400, 'day'];
  return away > 7 * 86_400
    ? new Date(instant).toLocaleDateString(undefined, {dateStyle: 'medium'})
    : new Intl.RelativeTimeFormat(undefined, {numeric: 'always'}).format(-Math.sign(seconds) * Math.floor(amount), unit);
}

export const shortly = (instant) => new Date(instant).toLocaleString(undefined, {month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit'});
