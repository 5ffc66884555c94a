/** Experiments on real data through the running services, each a command that ends with a table, a page and every figure. */
package io.saddle.lab.experiment;
