/** What the console's topologies have in common: how they run, and how their stores are written. */
package io.saddle.console.streams;
