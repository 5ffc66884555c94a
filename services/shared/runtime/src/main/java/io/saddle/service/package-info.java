/** A service's life cycle, its readiness, and the frame of those that evaluate snapshots. */
package io.saddle.service;
