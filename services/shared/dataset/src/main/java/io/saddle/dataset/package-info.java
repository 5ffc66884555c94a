/** Prepared data sets: their format on disk, how it is written once and opened in no time. */
package io.saddle.dataset;
