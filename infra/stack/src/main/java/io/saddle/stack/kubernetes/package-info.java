/** What a Kafka that the Strimzi operator runs is told: topics and users, as Kubernetes resources. */
package io.saddle.stack.kubernetes;
