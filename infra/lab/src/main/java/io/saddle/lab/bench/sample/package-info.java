/** Sampling: its speed against PyTorch, and what a sampler makes of a number of network calls. */
package io.saddle.lab.bench.sample;
