/** Parquet files with pictures in a column, as Hugging Face's data sets have them. */
package io.saddle.dataimport.parquet;
