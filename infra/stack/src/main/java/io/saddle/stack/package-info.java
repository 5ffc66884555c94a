/** Broker, schema registry and services as child processes of one machine: started, found again, ended. */
package io.saddle.stack;
