/** The commands that prove and show, as the command line finds them. */
package io.saddle.lab;
