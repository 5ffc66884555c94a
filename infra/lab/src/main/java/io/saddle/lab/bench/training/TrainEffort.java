package io.saddle.lab.bench.training;

/**
 * How much a comparison measures.
 *
 * @param rounds turns of every contender
 * @param steps of a turn, and of a variant's trial
 * @param warmUp steps before a contender's first turn
 * @param trialWarmUp steps before a trial
 * @param compiled whether torch.compile is tried
 */
record TrainEffort(int rounds, int steps, int warmUp, int trialWarmUp, boolean compiled) {}
