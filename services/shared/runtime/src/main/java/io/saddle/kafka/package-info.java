/** Kafka clients for services: workers, readers, dead letters, faults that are tried again. */
package io.saddle.kafka;
