/** The worker at pipelines' tasks: what is ordered on saddle.tasks is done by this program's own commands. */
package io.saddle.cli.worker;
