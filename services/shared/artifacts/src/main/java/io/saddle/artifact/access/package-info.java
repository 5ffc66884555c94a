/** Opening a store by its settings. */
package io.saddle.artifact.access;
