/** The console's page in a browser: how soon it is drawn, and how soon a record is seen. */
package io.saddle.lab.bench.page;
