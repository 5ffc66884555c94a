/** What only time brings out, in little of it. */
package io.saddle.soak;
