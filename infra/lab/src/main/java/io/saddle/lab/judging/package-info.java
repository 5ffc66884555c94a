/** Judgement of finished runs and models, beside what the services measure. */
package io.saddle.lab.judging;
