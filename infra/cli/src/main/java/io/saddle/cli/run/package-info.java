/** Commands about runs: submit, list, show, watch, change. */
package io.saddle.cli.run;
