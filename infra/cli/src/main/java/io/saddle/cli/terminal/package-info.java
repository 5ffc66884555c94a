/** What all commands say and end with: progress, errors, exit codes, version. */
package io.saddle.cli.terminal;
