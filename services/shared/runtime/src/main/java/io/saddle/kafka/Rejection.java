package io.saddle.kafka;

/**
 * The reason why a record could not be read or handled.
 *
 * @param reason for people, in a sentence
 * @param cause what was thrown; null where nothing was
 * @param group the consumer group that gave the record up
 */
public record Rejection(String reason, Throwable cause, String group) {}
