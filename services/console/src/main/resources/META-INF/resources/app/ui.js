// The libraries that the page is made of, in one place.
export {html, render, useState, useEffect, useRef, useMemo, useCallback} from '/_static/htm/preact/standalone.module.js';
