/** Data sets in the artifact store. */
package io.saddle.model.data;
