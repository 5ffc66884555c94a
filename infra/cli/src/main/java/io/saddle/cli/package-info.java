/** The {@code saddle} command line. */
package io.saddle.cli;
