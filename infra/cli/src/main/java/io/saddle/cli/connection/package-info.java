/** The ways to the console and to Kafka that commands share: options, clients, and what is said when nobody answers. */
package io.saddle.cli.connection;
