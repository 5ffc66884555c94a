/** Where a run stands and how fast it goes. */
package io.saddle.primaltrainer.progress;
