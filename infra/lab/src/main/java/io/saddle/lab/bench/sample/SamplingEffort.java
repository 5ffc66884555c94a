package io.saddle.lab.bench.sample;

/**
 * How much the speed of sampling is measured.
 *
 * @param rounds turns of each side
 * @param images of one turn, and of a variant's trial
 * @param batch images in one network call
 * @param warmUpSteps of a batch before the first turn
 * @param warmUpRounds such batches
 * @param compiled whether torch.compile is tried
 */
record SamplingEffort(int rounds, int images, int batch, int warmUpSteps, int warmUpRounds, boolean compiled) {}
