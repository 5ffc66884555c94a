/** Kafka workers: reading, publishing, dead letters, and what becomes of each fault. */
package io.saddle.kafka;
