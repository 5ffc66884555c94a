/** Rounds of runs with slots: who does which slot, and what that comes to. */
package io.saddle.console.slot;
