/** The operating system's programs that experiments are made with. */
package io.saddle.lab.system;
