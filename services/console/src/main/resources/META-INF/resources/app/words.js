// Numbers and states in words.

export const number = (value, digits = 4) =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : Number(value.toPrecision(digits)).toString();

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

const PHASES = {
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
