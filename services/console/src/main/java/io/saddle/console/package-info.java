/** The REST interface and the page: commands to runs and constraints, and the newest state of both. */
package io.saddle.console;
