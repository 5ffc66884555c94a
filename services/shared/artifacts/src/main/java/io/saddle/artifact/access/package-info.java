/** The choice of a store from settings. */
package io.saddle.artifact.access;
