/** Main classes of the child JVMs of the local stack, apart from every other class path. */
package io.saddle.broker;
