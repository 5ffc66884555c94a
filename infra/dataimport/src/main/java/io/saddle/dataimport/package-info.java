/** Import of data sets: from a source through decoding and fitting into the format of {@link io.saddle.dataset}. */
package io.saddle.dataimport;
