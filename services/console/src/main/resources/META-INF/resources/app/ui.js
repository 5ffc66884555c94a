// The libraries that the page is made of, in one place, and what several views need.
import {Component, html, useEffect, useState} from '/_static/htm/preact/standalone.module.js';
import {onKafkaUnheard} from './api.js';
import {ago, when} from './words.js';

export {html, render, useState, useEffect, useRef, useMemo} from '/_static/htm/preact/standalone.module.js';

/** A view; where it cannot be drawn, words in its place: an error that nobody catches lets the page stand still for ever. */
export class Guarded extends Component {
  componentDidCatch(error) {
    console.error(error);
    this.setState({failed: true});
  }

  render({children}, {failed}) {
    return failed ? html`<div role="alert"><h1>This page cannot be shown</h1><p>Something on it is not as it was expected; the browser’s console says what.</p></div>
      <button class="main" onClick=${() => location.reload()}>Load it again</button>` : children;
  }
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Whether the system asks for dark pages, now: curves take their colours when they are drawn. */
export function useScheme() {
  const [dark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const changed = () => setDark(DARK.matches);
    DARK.addEventListener('change', changed);
    return () => DARK.removeEventListener('change', changed);
  }, []);
  return dark ? 'dark' : 'light';
}

/** For how many seconds the console has heard nothing from Kafka; 0 where it hears it. */
export function useKafkaUnheard() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => onKafkaUnheard(setSeconds), []);
  return seconds;
}

const ANEW_MILLIS = 10_000;

/** A moment as one says it, with the exact one on hover. */
export function Time({at}) {
  const [, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ANEW_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return html`<time datetime=${at} title=${when(at)}>${ago(at)}</time>`;
}

/**
 * What `load` brings, asked again and again.
 *
 * @param anew begins anew when one of these changes
 * @returns [what came last or null, why the last try failed or null]
 */
export function usePolled(millis, load, anew) {
  const [found, setFound] = useState(null);
  const [broken, setBroken] = useState(null);
  useEffect(() => {
    let over = false;
    let timer;
    const look = async () => {
      try {
        const now = await load();
        if (!over) {
          setFound(now);
          setBroken(null);
        }
      } catch (error) {
        if (!over) {
          setBroken(error.message);
        }
      }
      if (!over) {
        timer = setTimeout(look, millis);
      }
    };
    look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, anew);
  return [found, broken];
}

/** `work` at once, and then at most once in `millis`; what is asked meanwhile is done once, after that, and after `work` has ended. */
export function throttled(millis, work) {
  let waiting = false;
  let again = false;
  const go = async () => {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    await Promise.all([work(), new Promise((resolve) => setTimeout(resolve, millis))]);
    waiting = false;
    if (again) {
      again = false;
      go();
    }
  };
  return go;
}
