/** The store in a folder. */
package io.saddle.artifact.file;
