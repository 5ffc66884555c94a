/** Runs and their constraints, as their topics have them. */
package io.saddle.run;
