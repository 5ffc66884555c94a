/** The descent of a run: what its steps are made of, and who takes them. */
package io.saddle.primaltrainer.descent;
