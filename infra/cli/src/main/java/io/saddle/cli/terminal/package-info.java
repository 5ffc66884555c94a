/** The terminal side of every command: output, progress, exit codes, the version. */
package io.saddle.cli.terminal;
