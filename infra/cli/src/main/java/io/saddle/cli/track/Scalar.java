package io.saddle.cli.track;

/**
 * One point of one curve.
 *
 * @param tag the curve's name: a figure and, after a slash, what it is of
 * @param at where it lies
 * @param value not finite where the record's was not
 */
public record Scalar(String tag, ReadPosition at, double value) {}
