/** Commands on the local stack: up, down, status, setup of topics and schemas, security files. */
package io.saddle.cli.stack;
