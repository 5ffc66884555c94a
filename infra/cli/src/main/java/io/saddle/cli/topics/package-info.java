/** Commands on the topics of the contract: list, sizes, tail, AsyncAPI, Kubernetes resources. */
package io.saddle.cli.topics;
