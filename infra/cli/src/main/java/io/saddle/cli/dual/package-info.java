/** Commands on dual settings: other ones for a run that trains, and a simulation from given violations. */
package io.saddle.cli.dual;
