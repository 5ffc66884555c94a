/** The tables of runs and constraints as the topics tell them. */
package io.saddle.run;
