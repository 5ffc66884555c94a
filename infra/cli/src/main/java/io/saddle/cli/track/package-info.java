/** A run's curves for other people's tools: the records of its topics as scalars, written to TensorBoard's event files or to MLflow. */
package io.saddle.cli.track;
