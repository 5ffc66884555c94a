/** The topics as an AsyncAPI document. */
package io.saddle.asyncapi;
