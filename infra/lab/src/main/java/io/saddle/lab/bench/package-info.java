/** Measures saddle against what people use today: both sides as processes that take turns. */
package io.saddle.lab.bench;
