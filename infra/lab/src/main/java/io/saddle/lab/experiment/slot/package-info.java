/** What training in slots costs and gains for each image seen. */
package io.saddle.lab.experiment.slot;
