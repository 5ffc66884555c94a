/** Kafka Streams in a service: exactly once, restarted after failures, its local state replaced when it is damaged. */
package io.saddle.streams;
