/** The peer in PyTorch: the ways in which it can run a network, and which of them is the fastest here. */
package io.saddle.lab.bench.pytorch;
