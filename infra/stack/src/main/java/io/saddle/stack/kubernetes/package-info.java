/** Topics and users as Kubernetes resources, for a Kafka that the Strimzi operator runs. */
package io.saddle.stack.kubernetes;
