/** Certificates, users and tokens of a cluster whose Kafka and schema registry ask who somebody is. */
package io.saddle.stack.security;
