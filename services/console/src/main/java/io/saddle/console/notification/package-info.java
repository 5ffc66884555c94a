/**
 * Who is told of what. A topology finds what rules want told, each event once, and writes it to a topic; what delivers it reads that
 * topic. In the console's process and not one of its own: it tells of what the console reads anyway, and a few messages an hour are no
 * reason for one more JVM. Without a channel nothing of it is started.
 */
package io.saddle.console.notification;
