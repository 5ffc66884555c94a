/** The join of runs and diffusion: a specification's model, data, teachers and classifiers. */
package io.saddle.model;
