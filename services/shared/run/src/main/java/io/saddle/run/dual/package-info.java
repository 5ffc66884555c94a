/** The mathematics of the dual side: optimizers, violations, mixture weights, judged models. */
package io.saddle.run.dual;
