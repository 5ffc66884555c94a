/** The artifact store: what is announced on a topic lies here, whole and verified by its digest. */
package io.saddle.artifact;
