/** Commands on runs: submit, list, show, watch, pause, resume, stop, label, archive, delete. */
package io.saddle.cli.run;
