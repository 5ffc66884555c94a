/** The store in an S3 bucket. */
package io.saddle.artifact.s3;
