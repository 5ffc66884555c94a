/** Sources of pictures with their values, read as streams: folders, archives, tables. */
package io.saddle.dataimport.source;
