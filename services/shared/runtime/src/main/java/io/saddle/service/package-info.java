/** The life cycle of a service: its parts, its readiness, snapshots handed to an evaluator. */
package io.saddle.service;
