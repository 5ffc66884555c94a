/** The dead letters as a person meets them: which there are, what is in them, and sending what they hold to its topic again. */
package io.saddle.cli.dlq;
