// The libraries that the page is made of, in one place.
export {html, render, useState, useEffect, useRef, useMemo, useCallback} from '/_static/htm/3.1.1/preact/standalone.module.js';
