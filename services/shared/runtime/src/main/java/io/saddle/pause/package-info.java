/** How long is waited before another try. */
package io.saddle.pause;
