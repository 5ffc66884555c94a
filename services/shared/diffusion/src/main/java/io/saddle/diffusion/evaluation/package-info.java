/** Judgement of models: losses on fixed draws, features, Frechet distance, the small classifier, reconstructions, and recorded references. */
package io.saddle.diffusion.evaluation;
