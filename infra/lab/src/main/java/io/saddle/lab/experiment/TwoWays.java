package io.saddle.lab.experiment;

/**
 * Two ways to train a run that are compared.
 *
 * @param question the experiment's title, as a question
 * @param explanation what the ways are, in a sentence or two
 */
record TwoWays(String first, String second, String question, String explanation) {}
