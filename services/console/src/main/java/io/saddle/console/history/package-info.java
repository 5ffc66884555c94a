/** A run's past for its page: curves, scores, a timeline. */
package io.saddle.console.history;
