/** Dual mathematics: optimizers, mixture weights, the best of the judged models. Pure. */
package io.saddle.run.dual;
