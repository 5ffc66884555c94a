/** The service that descends on the model's weights: its beans. */
package io.saddle.primaltrainer;
