/** Runs that nobody trains: a trainer's and a dual updater's records, made up, for loads on what reads them. */
package io.saddle.lab.simulation;
