/**
 * Studies: a matrix of runs from a file, trained through the running services, each judged and kept as soon as it is done, and what
 * comes of them over seeds.
 */
package io.saddle.lab.study;
