/** The distances between two sets of images, features or statistics. */
package io.saddle.cli.fid;
