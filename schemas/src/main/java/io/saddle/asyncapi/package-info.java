/** The contract as an AsyncAPI document. */
package io.saddle.asyncapi;
