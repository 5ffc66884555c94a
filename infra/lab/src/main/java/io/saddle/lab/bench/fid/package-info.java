/** The Frechet distance against scipy's matrix square root. */
package io.saddle.lab.bench.fid;
