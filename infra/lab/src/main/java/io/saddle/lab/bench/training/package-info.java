/** Measures training steps: their time and memory beside PyTorch's, and what constraints add to them. */
package io.saddle.lab.bench.training;
