/** Where notifications go: webhooks with the bodies that their receivers understand, and mail. Nothing here knows of topics. */
package io.saddle.console.notification.channel;
