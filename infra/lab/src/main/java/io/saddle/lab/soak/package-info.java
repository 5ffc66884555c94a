/** Faults on purpose: what must hold when processes die, disks fill, networks go and records are garbage, and whether it does. */
package io.saddle.lab.soak;
