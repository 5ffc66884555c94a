/** The ownership of runs: one trainer of several trains each, with a claim that fences the others. */
package io.saddle.primaltrainer.ownership;
