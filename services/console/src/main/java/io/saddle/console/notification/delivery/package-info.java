/** Brings notifications from their topic to their channels, at least once, and says what became of each. */
package io.saddle.console.notification.delivery;
