/** Rules of notifications and what was told, through the console. */
package io.saddle.cli.notification;
