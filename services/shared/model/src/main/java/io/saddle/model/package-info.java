/** A run specification in the terms of the computing: its network, its data, the models that it starts from. */
package io.saddle.model;
