/** The dual updater: loss estimates in, multiplier updates out, exactly once. */
package io.saddle.dualupdater;
