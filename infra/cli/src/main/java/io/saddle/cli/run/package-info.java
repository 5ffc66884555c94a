/** Commands on runs: submit, list, show, watch, pause, resume, stop. */
package io.saddle.cli.run;
