// The libraries that the page is made of, in one place.
export {html, render, useState, useEffect, useRef, useMemo, useCallback} from '/_static/htm/preact/standalone.module.js';

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
