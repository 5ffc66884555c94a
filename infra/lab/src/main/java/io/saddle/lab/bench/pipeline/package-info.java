/** Measures a run on the real stack, from what the topics say of it: where a step's time goes, how long the dual side takes. */
package io.saddle.lab.bench.pipeline;
