/** The store of models, checkpoints and pictures: its interface, names and digests. */
package io.saddle.artifact;
