/** What becomes of runs beside their training: labels, archive, deletion, and the room that their artifacts take. */
package io.saddle.console.lifecycle;
