/** The list of topics: who writes and reads each, how it is keyed and kept, who may do what. */
package io.saddle.topic;
