/** The console: REST, events and the page over the topics, and the only writer of runs and constraints. */
package io.saddle.console;
