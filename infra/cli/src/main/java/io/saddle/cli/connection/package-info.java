/** What a command speaks to: the stack on this machine, Kafka, the console. */
package io.saddle.cli.connection;
