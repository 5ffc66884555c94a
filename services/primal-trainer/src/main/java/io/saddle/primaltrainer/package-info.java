/** The primal trainer, put together from its parts. */
package io.saddle.primaltrainer;
