package io.saddle.primaltrainer.loop;

import io.saddle.schema.DesiredState;

/** The state that is wanted of a run now; asked between two steps. */
@FunctionalInterface
interface RunControl {

    /** The wishes. */
    enum Wish {
        GO_ON,
        PAUSE,
        STOP,
        /** End here, so that another trainer goes on. */
        HAND_OVER;

        static Wish of(DesiredState desired) {
            return switch (desired) {
                case PAUSED -> PAUSE;
                case STOPPED -> STOP;
                case RUNNING, UNKNOWN -> GO_ON;
            };
        }
    }

    Wish wish();
}
