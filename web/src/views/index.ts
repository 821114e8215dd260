/**
 * What the views of a report do beside being read, for the page of `blnet report` and the playground alike. Everything
 * listens on the document, so that views may come and go; without it they are plain tables and drawings.
 */
import './graph.js';
import './tables.js';

document.documentElement.classList.add('live');
