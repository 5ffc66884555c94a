/** Pictures: decoded as PIL decodes them, and brought to one size as PIL resizes. */
package io.saddle.dataimport.picture;
