/** Which runs are trained here, and the proof that nobody else does. */
package io.saddle.primaltrainer.ownership;
