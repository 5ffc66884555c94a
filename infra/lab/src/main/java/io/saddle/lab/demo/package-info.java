/** The demo: the same digits trained without and with constraints, and an evaluator exchanged live; tables, a page and every figure. */
package io.saddle.lab.demo;
