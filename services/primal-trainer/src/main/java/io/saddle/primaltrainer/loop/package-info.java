/** The primal side of one run: its steps, what they train on, what it waits for. */
package io.saddle.primaltrainer.loop;
